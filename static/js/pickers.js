// Pickers: the text of a picker becomes a combobox (ARIA 1.2); the list beside it keeps the id.
(() => {
  let number = 0;

  const enhance = (box) => {
    if (box.dataset.ready) return;
    box.dataset.ready = "yes";
    const text = box.querySelector("input[type=text]");
    const asked = box.querySelector("input[type=hidden]");
    const select = box.querySelector("select");
    const list = document.createElement("ul");
    list.className = "picker-list";
    list.id = `picker-${++number}`;
    list.hidden = true;
    list.setAttribute("role", "listbox");
    const label = document.querySelector(`label[for="${text.id}"]`);
    if (label) {
      label.id ||= `${list.id}-label`;
      list.setAttribute("aria-labelledby", label.id);
    } else {
      list.setAttribute("aria-label", text.placeholder);
    }
    const said = document.createElement("span");
    said.className = "visually-hidden";
    said.setAttribute("role", "status");
    box.append(list, said);
    const marks = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id };
    for (const [name, value] of Object.entries(marks)) text.setAttribute(name, value);
    let here = -1;
    let timer = 0;
    let turn = 0;

    const options = () => [...list.querySelectorAll("[data-id]")];
    const show = (open) => {
      list.hidden = !open;
      text.setAttribute("aria-expanded", String(open));
      if (!open) { here = -1; text.removeAttribute("aria-activedescendant"); }
    };
    const walk = (to) => {
      const all = options();
      if (!all.length) return;
      here = (to + all.length) % all.length;
      all.forEach((one, index) => one.setAttribute("aria-selected", String(index === here)));
      text.setAttribute("aria-activedescendant", all[here].id);
      all[here].scrollIntoView({ block: "nearest" });
    };
    const stop = () => { window.clearTimeout(timer); turn += 1; };
    const choose = (one) => {
      stop();
      select.replaceChildren(new Option("", ""), new Option(one.dataset.label, one.dataset.id, true, true));
      text.value = asked.value = one.dataset.label;
      show(false);
      select.dispatchEvent(new Event("change", { bubbles: true }));
    };
    const draw = (hits) => {
      list.replaceChildren(...hits.map((hit, index) => {
        const line = document.createElement("li");
        line.id = `${list.id}-${index}`;
        line.setAttribute("role", "option");
        line.setAttribute("aria-selected", "false");
        line.dataset.id = hit.id;
        line.dataset.label = hit.label;
        line.append(hit.label);
        if (hit.place) {
          const place = document.createElement("small");
          place.textContent = hit.place;
          line.append(place);
        }
        return line;
      }));
      if (!hits.length) {
        const line = document.createElement("li");
        line.className = "nothing";
        line.setAttribute("role", "option");
        line.setAttribute("aria-disabled", "true");
        line.setAttribute("aria-selected", "false");
        line.textContent = text.dataset.none;
        list.append(line);
      }
      said.textContent = hits.length ? `${text.dataset.found}: ${hits.length}` : text.dataset.none;
      here = -1;
      text.removeAttribute("aria-activedescendant");
      show(true);
    };
    const search = async () => {
      const mine = ++turn;
      const words = text.value.trim();
      if (words.length < 2) return show(false);
      try {
        const address = `${box.dataset.picker}?q=${encodeURIComponent(words)}`;
        const answer = await fetch(address, { headers: { "X-Over-Page": "1" }, credentials: "same-origin" });
        if (!answer.ok || mine !== turn) return;
        const { hits } = await answer.json();
        if (mine === turn && document.activeElement === text) draw(hits);
      } catch { show(false); }
    };

    text.addEventListener("input", () => {
      window.clearTimeout(timer);
      if (!text.value.trim() && select.value) {
        stop();
        select.replaceChildren(new Option("", "", true, true));
        asked.value = "";
        show(false);
        select.dispatchEvent(new Event("change", { bubbles: true }));
        return;
      }
      timer = window.setTimeout(search, 200);
    });
    text.addEventListener("change", (event) => event.stopPropagation());
    text.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (list.hidden) search();
        else if (event.key === "ArrowDown") walk(here + 1);
        else walk(here < 0 ? -1 : here - 1);
      } else if (event.key === "Enter" && !list.hidden && here >= 0) {
        event.preventDefault();
        choose(options()[here]);
      } else if (event.key === "Escape" && !list.hidden) { event.stopPropagation(); show(false); }
    });
    list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const one = event.target.closest("[data-id]");
      if (one) choose(one);
    });
    text.addEventListener("blur", () => { stop(); show(false); });
    if (window.location.hash === `#${select.id}`) text.focus();
  };

  const all = (root) => { for (const box of root.querySelectorAll("[data-picker]")) enhance(box); };
  all(document);
  document.addEventListener("htmx:afterSettle", (event) => all(event.target.parentElement ?? document));
})();
