// To Do by keyboard: J and K move, X selects, A and R open the dialogs that ask once more.
(() => {
  const rows = () => [...document.querySelectorAll("[data-inbox-row]")];
  const link = (row) => row.querySelector("a");
  const current = () => document.activeElement?.closest("[data-inbox-row]");

  const move = (step) => {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(current());
    link(all[Math.min(all.length - 1, Math.max(0, at < 0 ? 0 : at + step))]).focus();
  };
  const isTyping = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null;

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector(":popover-open")) return;
    const key = event.key.toLowerCase();
    if (key === "j" || key === "k") move(key === "j" ? 1 : -1);
    else if (key === "x") current()?.querySelector("input[type=checkbox]")?.click();
    else if (key === "a" || key === "r") {
      const button = document.querySelector(`[data-key="${key}"]`);
      if (button) button.click();
      else if (current()) location.href = `${link(current()).href}#${key === "a" ? "accept" : "reject"}`;
      else return;
    } else return;
    event.preventDefault();
  });

  // From the list with A or R: the item's page opens with the question that was meant.
  const asked = { "#accept": "a", "#reject": "r" }[location.hash];
  if (asked) document.querySelector(`[data-key="${asked}"]`)?.click();

  // What was refused in a dialog is said there: it opens again.
  document.querySelector(".lr-dialog[popover]:has(.lr-field-wrong, .lr-notice[role=alert]:not([hidden]))")?.showPopover();

  // How many are selected, on the button that looks at them.
  const counter = document.querySelector("[data-counts]");
  if (!counter) return;
  const words = counter.textContent;
  const tell = () => {
    const many = document.querySelectorAll("[name=item]:checked").length;
    counter.textContent = many ? `${words} (${many})` : words;
    counter.disabled = !many;
  };
  document.addEventListener("change", tell);
  window.addEventListener("pageshow", tell);
  tell();
})();
