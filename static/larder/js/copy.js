// Copies a field's value to the clipboard, and says so on the button.
(() => {
  const copy = async (field) => {
    field.select();
    if (navigator.clipboard) return navigator.clipboard.writeText(field.value);
    if (!document.execCommand("copy")) throw new Error("not copied"); // a page without TLS has no clipboard
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await copy(document.getElementById(button.dataset.copy));
    button.querySelector("[data-copy-word]").textContent = button.dataset.copied;
  });
})();
