// Light or dark: before the first paint, so that nothing flashes, and whenever it changes after that.
// The person's own choice comes with the page and wins over what this browser remembers.
const larderPaint = (theme) => {
  const dark = theme === "dark" || (theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.classList.toggle("dark", dark);
  document.documentElement.classList.toggle("light", !dark);
};

{
  const own = { light: "light", dark: "dark", system: "auto" }[document.documentElement.dataset.theme];
  if (own) localStorage.setItem("adminTheme", JSON.stringify(own));
  larderPaint(own ?? JSON.parse(localStorage.getItem("adminTheme") ?? '"auto"'));
}

// The theme's own component keeps the choice; painting is ours, because its class binding never takes away what
// the first paint had set.
window.larderTheme = () => ({ ...window.theme(), paint: larderPaint });
