// Maps: fetches points from the page's own scope and draws them on a plain ground, or on tiles where a setting names a server.
(() => {
  const CITY = [[35.75, 115.25], [37.05, 116.55]];
  const STEPS = [1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001];
  const FEW = 200;
  const TARGET = 24;
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const make = (name, kind, text) => {
    const made = document.createElement(name);
    if (kind) made.className = kind;
    if (text !== undefined) made.textContent = text;
    return made;
  };

  class Ground {
    // Lines of longitude and latitude with their degrees, as wide apart as the eye likes them.
    constructor(map) {
      this.map = map;
      this.layer = L.layerGroup().addTo(map);
      map.on("moveend", () => this.draw());
    }

    draw() {
      const bounds = this.map.getBounds().pad(0.2);
      const span = this.map.getBounds();
      const wide = span.getEast() - span.getWest();
      const wanted = (wide / this.map.getSize().x) * 110;
      const step = STEPS.findLast((one) => one >= wanted) ?? STEPS[0];
      const places = Math.max(0, Math.ceil(-Math.log10(step)));
      this.layer.clearLayers();
      for (let at = Math.floor(bounds.getWest() / step) * step; at < bounds.getEast(); at += step) {
        this.line([[bounds.getSouth(), at], [bounds.getNorth(), at]]);
        const { x } = this.map.latLngToContainerPoint([span.getSouth(), at]);
        if (x > 84 && x < this.map.getSize().x - 60) this.word([span.getSouth(), at], `${at.toFixed(places)}°E`, [-4, 18]);
      }
      for (let at = Math.floor(bounds.getSouth() / step) * step; at < bounds.getNorth(); at += step) {
        this.line([[at, bounds.getWest()], [at, bounds.getEast()]]);
        const { y } = this.map.latLngToContainerPoint([at, span.getEast()]);
        if (y > 12 && y < this.map.getSize().y - 32) this.word([at, span.getEast()], `${at.toFixed(places)}°N`, [52, 16]);
      }
    }

    line(ends) { L.polyline(ends, { className: "map-line", interactive: false }).addTo(this.layer); }

    word(where, text, anchor) {
      const icon = L.divIcon({ className: "map-degree", html: make("span", "", text), iconSize: null, iconAnchor: anchor });
      L.marker(where, { icon, interactive: false, keyboard: false }).addTo(this.layer);
    }
  }

  class Sheet {
    constructor(box) {
      this.box = box;
      this.element = box.querySelector(".map");
      this.words = this.element.dataset;
      this.keys = new Map([...box.querySelectorAll(".map-key")].map((key) => [key.dataset.mark, key]));
      this.markers = [];
      this.labels = [];
      this.map = L.map(this.element, {
        zoomControl: false, attributionControl: Boolean(this.words.mapTiles), minZoom: 7, maxZoom: 18,
        zoomAnimation: !calm, fadeAnimation: !calm, markerZoomAnimation: !calm, inertia: !calm,
      });
      this.map.fitBounds(CITY);
      L.control.zoom({ zoomInTitle: this.words.wordIn, zoomOutTitle: this.words.wordOut }).addTo(this.map);
      L.control.scale({ imperial: false }).addTo(this.map);
      if (this.words.mapTiles) this.lay();
      this.ground = new Ground(this.map);
      this.ground.draw();
      this.points = L.layerGroup().addTo(this.map);
      this.names = L.layerGroup().addTo(this.map);
      for (const key of this.keys.values()) key.addEventListener("click", () => this.toggle(key));
    }

    lay() {
      this.map.attributionControl.setPrefix(false);
      const said = make("span", "", this.words.mapAttribution ?? "");
      L.tileLayer(this.words.mapTiles, { maxZoom: 18, attribution: said.innerHTML }).addTo(this.map);
    }

    async start() {
      const here = this.words.mapHere && JSON.parse(document.getElementById(this.words.mapHere).textContent);
      if (here) this.show(here.features, "is-here");
      if (here) this.fit(here.features, 14);
      if (this.words.mapPick) new Picker(this);
      if (!this.words.mapPoints) return this.ready();
      try {
        const answer = await this.ask();
        if (!here && !this.words.mapPick) this.fit(answer.features, 15);
        this.label(answer.places ?? []);
        this.gathered = answer.gathered;
        if (answer.gathered) this.map.on("moveend", () => this.again());
        this.count(answer);
        answer.gathered ? await this.again() : this.show(answer.features);
        this.map.on("moveend zoomend", () => this.list());
      } catch {
        this.say(this.words.wordFailed);
      }
      this.ready();
    }

    ready() { this.element.dataset.mapReady = "yes"; }

    async ask(more = {}) {
      const address = new URL(this.words.mapPoints, window.location.href);
      for (const [name, value] of Object.entries(more)) address.searchParams.set(name, value);
      const answer = await fetch(address, { headers: { "X-Background": "1" }, credentials: "same-origin" });
      if (!answer.ok) throw new Error(answer.statusText);
      return answer.json();
    }

    async again() {
      const bounds = this.map.getBounds().pad(0.1);
      const box = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
      const asked = (this.asked = (this.asked ?? 0) + 1);
      const answer = await this.ask({ box: box.map((one) => one.toFixed(6)).join(","), zoom: Math.round(this.map.getZoom()) });
      if (asked === this.asked) this.show(answer.features);
    }

    fit(features, zoom) {
      const all = features.map(({ geometry }) => [geometry.coordinates[1], geometry.coordinates[0]]);
      if (all.length) this.map.fitBounds(L.latLngBounds(all), { maxZoom: zoom, padding: [32, 32], animate: false });
    }

    show(features, kind = "") {
      if (!kind) {
        this.points.clearLayers();
        this.markers = [];
      }
      const few = features.length <= FEW;
      for (const { geometry, properties } of features) {
        const [east, north] = geometry.coordinates;
        const marker = properties.count ? this.cell(properties, [north, east]) : this.mark(properties, [north, east], kind, few);
        this.markers.push({ marker, properties });
        if (this.isOn(properties)) marker.addTo(kind ? this.names : this.points);
      }
      this.list();
    }

    mark(properties, where, kind, few) {
      const look = this.keys.get(properties.mark)?.dataset ?? {};
      const faint = !kind && (this.words.mapHere || this.words.mapPick);
      const drawn = make("span", `map-mark ${faint ? "is-far" : kind}`);
      drawn.dataset.tone = look.tone ?? "neutral";
      drawn.dataset.shape = look.shape ?? "circle";
      drawn.append(make("b", "", look.letter ?? ""));
      const icon = L.divIcon({ className: "map-icon", html: drawn, iconSize: kind ? [28, 28] : [20, 20] });
      const marker = L.marker(where, { icon, title: properties.name, keyboard: few && !this.words.mapPick, zIndexOffset: kind ? 500 : 0 });
      marker.options.said = [properties.name, ...(properties.lines ?? [])].join("，");
      return marker.bindPopup(() => this.tell(properties));
    }

    // A mark that others lie upon is no target of its own: the names in view lead to it instead.
    spread() {
      const drawn = this.markers.map(({ marker }) => marker).filter((marker) => marker.options.keyboard && marker.getElement());
      const places = drawn.map((marker) => this.map.latLngToContainerPoint(marker.getLatLng()));
      drawn.forEach((marker, index) => {
        const alone = places.every((other, place) => place === index || other.distanceTo(places[index]) >= TARGET);
        const given = { tabindex: "0", role: "button", "aria-label": marker.options.said };
        for (const [name, value] of Object.entries(given)) {
          alone ? marker.getElement().setAttribute(name, value) : marker.getElement().removeAttribute(name);
        }
      });
    }

    cell(properties, where) {
      const size = Math.min(56, 26 + 6 * Math.log10(properties.count) * 2);
      const icon = L.divIcon({ className: "map-icon", html: make("span", "map-cell", properties.count), iconSize: [size, size] });
      const marker = L.marker(where, { icon, title: `${properties.count} ${this.words.wordMany}`, keyboard: true, said: `${properties.count} ${this.words.wordMany}` });
      marker.on("click keypress", (event) => {
        if (event.type === "click" || event.originalEvent?.key === "Enter") this.map.setView(where, this.map.getZoom() + 2);
      });
      return marker;
    }

    tell(properties) {
      const box = make("div");
      box.append(make("h3", "", properties.name));
      for (const line of properties.lines ?? []) box.append(make("p", "", line));
      if (properties.url && new URL(properties.url, window.location.href).pathname !== window.location.pathname) {
        const link = make("a", "", this.words.wordOpen);
        link.href = properties.url;
        box.append(link);
      }
      return box;
    }

    label(places) {
      for (const { geometry, properties } of places) {
        const icon = L.divIcon({ className: "map-place", html: make("span", "", properties.name), iconSize: [96, 20], iconAnchor: [48, 34] });
        const label = L.marker([geometry.coordinates[1], geometry.coordinates[0]], { icon, interactive: false, keyboard: false, zIndexOffset: -2000 });
        this.labels.push(label.addTo(this.names));
      }
      this.map.on("zoomend", () => this.part());
      this.part();
    }

    // Of two names that would lie on each other the place with more stations keeps its own.
    part() {
      const taken = [];
      for (const label of this.labels) {
        const at = this.map.latLngToLayerPoint(label.getLatLng());
        const free = taken.every((other) => Math.abs(at.x - other.x) > 72 || Math.abs(at.y - other.y) > 22);
        if (free) taken.push(at);
        label.getElement().hidden = !free;
      }
    }

    isOn(properties) {
      if (properties.marks) return Object.keys(properties.marks).some((mark) => this.pressed(mark));
      return this.pressed(properties.mark);
    }

    pressed(mark) { return this.keys.get(mark)?.getAttribute("aria-pressed") !== "false"; }

    toggle(key) {
      key.setAttribute("aria-pressed", key.getAttribute("aria-pressed") === "true" ? "false" : "true");
      for (const { marker, properties } of this.markers) {
        this.isOn(properties) ? marker.addTo(this.points) : marker.remove();
      }
      this.list();
    }

    count(answer) {
      if (!this.box.querySelector("[data-map-status]")) return;
      let shown = 0;
      for (const [mark, key] of this.keys) {
        const number = answer.counts?.[mark] ?? 0;
        shown += number;
        key.querySelector(".map-count").textContent = number;
      }
      const missing = answer.missing ? `${answer.missing} ${this.words.wordMissing}` : "";
      this.say(shown || missing ? [`${shown} ${this.words.wordShown}`, missing].filter(Boolean).join(" · ") : this.words.wordNothing);
    }

    say(sentence) {
      const status = this.box.querySelector("[data-map-status]");
      if (status) status.textContent = sentence;
    }

    // What is in view, by name, for whoever would rather read than point.
    list() {
      this.spread();
      const part = this.box.querySelector("[data-map-names]");
      if (!part) return;
      const view = this.map.getBounds();
      const seen = this.markers.filter(({ marker, properties }) => properties.url && this.isOn(properties) && view.contains(marker.getLatLng()));
      part.hidden = !seen.length;
      part.querySelector("ul").replaceChildren(...seen.slice(0, FEW).map(({ properties }) => {
        const line = make("li");
        const link = make("a", "", properties.name);
        link.href = properties.url;
        line.append(link, make("small", "", properties.lines?.[0] ?? ""));
        return line;
      }));
    }
  }

  class Picker {
    // The two fields stay the truth: a click writes them, and typing moves the mark.
    constructor(sheet) {
      this.map = sheet.map;
      this.fields = sheet.words.mapPick.split(" ").map((id) => document.getElementById(id));
      if (this.fields.some((field) => !field)) return sheet.box.remove();
      this.fields[0].closest("fieldset")?.append(sheet.box);
      this.map.invalidateSize();
      const icon = L.divIcon({ className: "map-icon", html: make("span", "map-mark is-here"), iconSize: [28, 28] });
      this.marker = L.marker(this.map.getCenter(), { icon, draggable: true, keyboard: false, zIndexOffset: 1000 });
      this.marker.on("dragend", () => this.write(this.marker.getLatLng()));
      this.map.on("click", (event) => this.write(event.latlng));
      for (const field of this.fields) field.addEventListener("change", () => this.read(true));
      const take = sheet.box.querySelector("[data-map-take]");
      take.hidden = false;
      take.addEventListener("click", () => this.write(this.map.getCenter()));
      this.read(true);
    }

    read(follow) {
      const [east, north] = this.fields.map((field) => Number.parseFloat(field.value));
      if (!Number.isFinite(east) || !Number.isFinite(north)) return this.marker.remove();
      this.marker.setLatLng([north, east]).addTo(this.map);
      if (follow) this.map.setView([north, east], Math.max(13, this.map.getZoom()), { animate: false });
    }

    write(where) {
      [where.lng, where.lat].forEach((value, index) => {
        this.fields[index].value = value.toFixed(6);
        this.fields[index].dispatchEvent(new Event("input", { bubbles: true }));
      });
      this.read(false);
    }
  }

  for (const box of document.querySelectorAll("[data-map-box]")) new Sheet(box).start();
})();
