// The page System: copies its report, and says when Larder no longer answers.
(() => {
  const put = async (text) => {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const field = Object.assign(document.createElement("textarea"), { value: text }); // without TLS there is no clipboard
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await put(document.getElementById(button.dataset.copy).textContent);
    const said = button.querySelector("span:last-child");
    const before = said.textContent;
    said.textContent = button.dataset.copied;
    setTimeout(() => (said.textContent = before), 2000);
  });

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
