// The live part of the sync's pages: asked for while the page is looked at, and never swapped under a pressed button.
(() => {
  const isBusy = (part) => part.querySelector(":active, :popover-open") !== null;

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.id === "sync-live" && document.hidden) event.preventDefault();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id === "sync-live" && isBusy(event.detail.target)) event.detail.shouldSwap = false;
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.target.id !== "sync-live") return;
    document.getElementById("sync-unheard").hidden = event.detail.successful;
  });
  document.addEventListener("visibilitychange", () => {
    const part = document.getElementById("sync-live");
    if (part && !document.hidden) htmx.trigger(part, "refresh");
  });
})();
