// Before the first paint: the person's own theme, so that nothing flashes. The server's word wins over the browser's.
(() => {
  const own = { light: "light", dark: "dark", system: "auto" }[document.documentElement.dataset.theme];
  if (own) localStorage.setItem("adminTheme", JSON.stringify(own));
  const theme = own ?? JSON.parse(localStorage.getItem("adminTheme") ?? '"auto"');
  const dark = theme === "dark" || (theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.classList.add(dark ? "dark" : "light");
})();
