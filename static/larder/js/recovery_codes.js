// Copy and print recovery codes; without scripts both buttons stay away, and the download works all the same.
(() => {
  const copy = document.querySelector("[data-copy]");
  const print = document.querySelector("[data-print]");
  if (copy && navigator.clipboard) {
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(copy.dataset.copy);
      copy.querySelector("span:last-child").textContent = copy.dataset.copied;
    });
  }
  if (print) {
    print.hidden = false;
    print.addEventListener("click", () => window.print());
  }
})();
