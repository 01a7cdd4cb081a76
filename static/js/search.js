// The search on top of every page: short words ask nothing, arrows walk through what was found.
(() => {
  const box = document.getElementById("global-search");
  const hits = document.getElementById("global-hits");
  if (!box || !hits) return;
  const links = () => [...hits.querySelectorAll("a")];
  const close = () => { hits.replaceChildren(); };

  // A single character would ask for half the city. Chinese input methods are waited for.
  let composing = false;
  box.addEventListener("compositionstart", () => { composing = true; });
  box.addEventListener("compositionend", () => {
    composing = false;
    window.htmx?.trigger(box, "search");
  });
  box.addEventListener("htmx:beforeRequest", (event) => {
    if (!composing && box.value.trim().length > 1) return;
    event.preventDefault();
    close();
  });
  // An answer that comes after the box was emptied is not shown any more.
  hits.addEventListener("htmx:beforeSwap", (event) => {
    if (box.value.trim().length < 2) event.detail.shouldSwap = false;
  });

  const move = (step) => {
    const all = links();
    const at = all.indexOf(document.activeElement) + step;
    if (at < 0) box.focus();
    else all[Math.min(at, all.length - 1)]?.focus();
  };
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && box.checkVisibility()) {
      event.preventDefault();
      box.select();
      return;
    }
    const inside = event.target === box || hits.contains(event.target);
    if (!inside) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Escape") {
      close();
      box.focus();
    }
  });
  const leave = (event) => {
    if (event.target !== box && !hits.contains(event.target)) close();
  };
  document.addEventListener("click", leave);
  document.addEventListener("focusin", leave);
  // A number that names a person belongs in no address: a list does not ask for it while it is
  // typed, and once it is sent this box, which posts, takes it over.
  const bare = (text) => text.normalize("NFKC").replace(/[\s\-‐-―·.()]/g, "");
  const isLong = (text) => /\d{11}/.test(bare(text));
  const namesPerson = (text) => /^(?:(?:\+?86)?1[3-9]\d{9}|\d{15}|\d{17}[\dx]|\d{16,19})$/i.test(bare(text));
  const listBox = () => document.querySelector("#filters [name=q]");
  document.addEventListener("htmx:beforeRequest", (event) => {
    const typed = listBox();
    if (!typed || !event.target.closest?.("#filters")) return;
    const early = event.target === typed && isLong(typed.value);
    if (early || namesPerson(typed.value)) event.preventDefault();
  });
  document.addEventListener("submit", (event) => {
    const typed = listBox();
    if (!typed || event.target.id !== "filters" || !namesPerson(typed.value)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    box.value = typed.value;
    typed.value = "";
    box.form.requestSubmit();
  }, true);
  // Nothing typed stays behind when the page is left and found again.
  window.addEventListener("pageshow", (event) => { if (event.persisted) box.value = ""; });
})();
