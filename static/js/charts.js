// Charts: draws what the page's own address says in figures, in the tokens' colours, anew in the dark and when the window changes.
(() => {
  const root = document.documentElement;
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  const TONES = ["active", "special", "waiting", "good", "bad", "neutral"];
  const SYMBOLS = ["circle", "rect", "triangle", "diamond", "roundRect", "pin"];
  const token = (name) => getComputedStyle(root).getPropertyValue(name).trim();
  const colour = (tone) => token(tone === "accent" ? "--accent" : `--tone-${tone}`);
  const hatch = (on) => ({ symbol: "rect", rotation: Math.PI / 4, dashArrayX: [1, 0], dashArrayY: [3, 4], color: on });

  const common = (data) => ({
    animation: !still.matches,
    animationDuration: 400,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: token("--ink") },
    legend: { type: "scroll", top: 0, left: 0, itemGap: 16, textStyle: { color: token("--ink"), fontSize: 13 },
      inactiveColor: token("--line-strong"), pageTextStyle: { color: token("--ink-2") }, pageIconColor: token("--accent"),
      pageIconInactiveColor: token("--line-strong") },
    tooltip: {
      renderMode: "richText", confine: true, backgroundColor: token("--surface"), borderColor: token("--line-strong"),
      textStyle: { color: token("--ink"), fontSize: 13 }, extraCssText: "",
      formatter: (found) => tell(data, [found].flat()),
    },
  });

  const tell = (data, found) => {
    const lines = found.map((one) => `${one.seriesName}  ${data.series[one.seriesIndex].texts[one.dataIndex]}${data.unit}`);
    return [data.categories[found[0].dataIndex], ...lines].join("\n");
  };

  const axis = { axisLine: { show: false }, axisTick: { show: false } };

  const bars = (data) => ({
    ...common(data),
    grid: { left: 4, right: 48, top: 36, bottom: 4, containLabel: true },
    xAxis: { type: "value", minInterval: 1, axisLabel: { color: token("--ink-2"), hideOverlap: true }, splitLine: { lineStyle: { color: token("--line") } } },
    yAxis: { type: "category", inverse: true, data: data.categories, ...axis, axisLabel: { color: token("--ink"), fontSize: 13 } },
    series: data.series.map((one, index) => ({
      type: "bar", name: one.name, barGap: "-100%", barMaxWidth: 18, barMinHeight: 2, z: 2 + index, cursor: "pointer",
      data: one.values.map((value) => value || null),
      itemStyle: { color: colour(one.tone), borderRadius: 2, decal: index ? hatch(token("--surface")) : undefined },
      label: { show: !index, position: "right", color: token("--ink"), formatter: ({ dataIndex }) => one.texts[dataIndex] },
      emphasis: { itemStyle: { color: colour(one.tone), opacity: 0.85 } },
    })),
  });

  const lines = (data) => ({
    ...common(data),
    legend: { ...common(data).legend, selected: Object.fromEntries(data.series.map((one) => [one.name, one.main])) },
    tooltip: { ...common(data).tooltip, trigger: "axis", axisPointer: { lineStyle: { color: token("--line-strong") } } },
    grid: { left: 4, right: 20, top: 44, bottom: 4, containLabel: true },
    xAxis: { type: "category", boundaryGap: false, data: data.categories, axisTick: { show: false },
      axisLine: { lineStyle: { color: token("--line-strong") } }, axisLabel: { color: token("--ink-2"), hideOverlap: true } },
    yAxis: { type: "value", min: 0, max: 100, axisLabel: { color: token("--ink-2"), formatter: `{value}${data.unit}` },
      splitLine: { lineStyle: { color: token("--line") } } },
    series: data.series.map((one, index) => {
      const drawn = one.main ? colour("accent") : colour(TONES[index % TONES.length]);
      return {
        type: "line", name: one.name, data: one.values, z: one.main ? 5 : 2, connectNulls: true, cursor: "pointer",
        symbol: one.main ? "circle" : SYMBOLS[index % SYMBOLS.length], symbolSize: one.main ? 7 : 6,
        lineStyle: { color: drawn, width: one.main ? 3 : 1.5, type: one.main || index % 2 ? "solid" : "dashed" },
        itemStyle: { color: drawn }, emphasis: { scale: 1.4 }, triggerLineEvent: false,
      };
    }),
  });

  const KINDS = { bars, lines };

  const draw = async (place) => {
    try {
      const answer = await fetch(place.dataset.chart, { headers: { "X-Background": "1" }, credentials: "same-origin" });
      if (!answer.ok) throw new Error(answer.statusText);
      const data = await answer.json();
      const chart = echarts.init(place, null, { renderer: "canvas" });
      const paint = () => chart.setOption(KINDS[data.kind](data), true);
      paint();
      chart.on("click", ({ seriesIndex, dataIndex }) => {
        const link = data.series[seriesIndex]?.links[dataIndex];
        if (link) window.location.assign(link);
      });
      new ResizeObserver(() => chart.resize()).observe(place);
      new MutationObserver(paint).observe(root, { attributeFilter: ["data-bs-theme"] });
      still.addEventListener("change", paint);
      place.dataset.chartReady = "yes";
    } catch {
      place.classList.add("chart-failed");
      place.textContent = place.dataset.wordFailed;
    }
  };
  for (const place of document.querySelectorAll("[data-chart]")) draw(place);
})();
