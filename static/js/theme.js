// Runs before the page is drawn: "auto" follows the device.
(() => {
  const root = document.documentElement;
  root.classList.add("has-js");
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const follow = () => {
    if (root.dataset.theme === "auto") root.dataset.bsTheme = dark.matches ? "dark" : "light";
  };
  follow();
  dark.addEventListener("change", follow);
})();
