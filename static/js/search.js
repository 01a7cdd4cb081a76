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
  // Nothing typed stays behind when the page is left and found again.
  window.addEventListener("pageshow", (event) => { if (event.persisted) box.value = ""; });
})();
