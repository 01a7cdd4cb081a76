// Small comforts over plain pages: everything here works without it, only less quickly.
(() => {
  const typing = (element) => element.closest("input, select, textarea, [contenteditable], dialog");

  // --- Menus made of <details> close when one clicks or tabs elsewhere, or presses Escape.
  const closeMenus = (except) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(except)) menu.open = false;
    }
  };
  document.addEventListener("click", (event) => closeMenus(event.target));
  document.addEventListener("focusin", (event) => closeMenus(event.target));

  // --- A form is sent once; a double click is not a double order.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) return event.preventDefault();
    if (form.method === "post" && form.querySelector("[data-once]")) {
      form.dataset.sent = "yes";
      for (const button of form.querySelectorAll("[data-once]")) button.setAttribute("aria-busy", "true");
    }
    if (form.method === "get") {
      const all = form.elements.namedItem("all")?.checked;
      for (const field of form.elements) {
        // “All that match” is the filter alone: the ticked rows stay at home.
        if (field.name && (!field.value || (all && field.name === "pk"))) field.disabled = true;
      }
      window.setTimeout(() => { for (const field of form.elements) field.disabled = false; }, 500);
    }
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  // --- A half-filled form asks before it is left.
  let changed = false;
  document.addEventListener("input", (event) => { if (event.target.closest("form[data-guard]")) changed = true; });
  document.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });

  // --- What was folded out stays so.
  for (const part of document.querySelectorAll("details[data-remembers]")) {
    const key = `open:${part.dataset.remembers}`;
    if (window.localStorage.getItem(key) === "yes") part.open = true;
    part.addEventListener("toggle", () => window.localStorage.setItem(key, part.open ? "yes" : "no"));
  }

  // --- Rows: ticked ones are counted; j and k walk, Enter opens, x ticks.
  const rows = () => [...document.querySelectorAll("table[data-rows] tbody tr")];
  let lastTicked = null;
  // From the row ticked last to this one; a row that is no longer on the page begins anew.
  const tickRange = (from, to) => {
    const all = rows();
    const ends = [all.indexOf(from), all.indexOf(to)].sort((one, other) => one - other);
    if (ends[0] < 0) ends[0] = ends[1];
    for (const row of all.slice(ends[0], ends[1] + 1)) {
      const box = row.querySelector("[name=pk]");
      if (box) box.checked = true;
    }
    lastTicked = to;
    count();
  };
  document.addEventListener("click", (event) => {
    const box = event.shiftKey && event.target.closest("table[data-rows] [name=pk]");
    // The tick itself is changed already, and with it what was ticked last: ask before that.
    if (box && box.checked) tickRange(lastTicked, box.closest("tr"));
  }, true);
  const count = () => {
    for (const place of document.querySelectorAll("[data-ticked-count]")) {
      place.textContent = document.querySelectorAll("[name=pk]:checked").length;
    }
  };
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-tick-all]")) {
      for (const box of document.querySelectorAll("[name=pk]")) box.checked = event.target.checked;
    }
    if (event.target.matches("[name=pk]")) lastTicked = event.target.closest("tr");
    if (event.target.matches("[data-tick-all], [name=pk]")) {
      event.stopPropagation();
      count();
    }
  }, true);

  // Ticks that the browser brings back with a page are counted like those of a hand.
  window.addEventListener("pageshow", count);

  const walk = (step) => {
    const all = rows();
    if (!all.length) return;
    const here = all.findIndex((row) => row.classList.contains("is-here"));
    const next = all[Math.min(all.length - 1, Math.max(0, here + step))];
    for (const row of all) row.classList.remove("is-here");
    next.classList.add("is-here");
    next.querySelector("a, input")?.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  };
  const here = () => document.querySelector("tr.is-here");
  const help = document.getElementById("keys");
  const keys = {
    "/": () => (["id_q", "id_everywhere", "global-search"].map((id) => document.getElementById(id))
      .find((box) => box?.checkVisibility()))?.focus(),
    j: () => walk(1),
    k: () => walk(here() ? -1 : 1),
    x: () => here()?.querySelector("[name=pk]")?.click(),
    X: () => { if (here()?.querySelector("[name=pk]")) tickRange(lastTicked, here()); },
    "?": () => help?.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const open = document.querySelector("details.menu[open]");
      if (open) { open.open = false; open.querySelector("summary").focus(); }
      if (window.location.hash === "#menu") window.location.hash = "#main";
      return;
    }
    const act = keys[event.key];
    const inTable = event.target.matches("[name=pk]");
    if (!act || event.ctrlKey || event.metaKey || event.altKey || (typing(event.target) && !inTable)) return;
    event.preventDefault();
    act();
  });
  for (const button of document.querySelectorAll("[data-opens]")) {
    const dialog = document.getElementById(button.dataset.opens);
    if (!dialog) continue;
    button.hidden = false;
    button.addEventListener("click", () => dialog.showModal());
  }

  // --- From a list to its map and back with the filters that stand in the address just now.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-verb=map]");
    if (link) link.search = window.location.search;
  }, true);

  // --- Columns: a line moves at once; what was chosen is sent with “Show these”.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-columns] [data-move]");
    if (!button) return;
    event.preventDefault();
    const line = button.closest("li");
    const lines = [...line.parentElement.children];
    const beside = lines[lines.indexOf(line) + Number(button.dataset.move)];
    if (!beside || beside === lines[0]) return;
    if (button.dataset.move === "1") beside.after(line);
    else beside.before(line);
    button.focus();
  });

  // --- Errors on top of a form are where reading begins.
  document.querySelector("[data-focus]")?.focus();
})();
