// The page System says when Larder no longer answers.
(() => {
  const isLive = (element) => element.id === "system-live";
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (isLive(event.target) && document.hidden) event.preventDefault();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const busy = event.detail.target.querySelector(":active, details[open]"); // nobody's selection is torn away
    if (isLive(event.detail.target) && busy) event.detail.shouldSwap = false;
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (isLive(event.target)) document.getElementById("system-unheard").hidden = event.detail.successful;
  });
})();
