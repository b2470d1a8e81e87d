// The command palette: Ctrl-K or ⌘K anywhere, arrows to choose, Enter to open (Ctrl-Enter in a new tab).
(() => {
  const WAIT = 120;

  function start(dialog) {
    const field = dialog.querySelector("#palette-text");
    const results = dialog.querySelector("#palette-results");
    const status = dialog.querySelector("#palette-status");
    let timer = 0;
    let asked = null;

    const lines = () => [...results.querySelectorAll(".lr-palette-line")];
    const chosen = () => results.querySelector('[aria-selected="true"]');

    function choose(line) {
      chosen()?.setAttribute("aria-selected", "false");
      if (!line) return;
      line.setAttribute("aria-selected", "true");
      line.id = "palette-chosen";
      lines().filter((other) => other !== line).forEach((other) => other.removeAttribute("id"));
      field.setAttribute("aria-activedescendant", line.id);
      line.scrollIntoView({ block: "nearest" });
    }

    function step(by) {
      const all = lines();
      if (!all.length) return;
      choose(all[(all.indexOf(chosen()) + by + all.length) % all.length]);
    }

    async function ask() {
      asked?.abort();
      asked = new AbortController();
      try {
        const address = `${dialog.dataset.source}?q=${encodeURIComponent(field.value.trim())}`;
        const answer = await fetch(address, { signal: asked.signal, headers: { "HX-Request": "true" } });
        if (!answer.ok) throw new Error(String(answer.status));
        results.innerHTML = await answer.text();
        status.textContent = "";
        choose(lines()[0]);
      } catch (why) {
        if (why.name !== "AbortError") status.textContent = status.dataset.failed;
      }
    }

    function open() {
      if (dialog.open) return;
      dialog.showModal();
      field.select();
      ask();
    }

    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT);
    });
    field.addEventListener("keydown", (event) => {
      const act = {
        ArrowDown: () => step(1),
        ArrowUp: () => step(-1),
        Enter: () => {
          const line = chosen();
          if (!line) return;
          if (event.metaKey || event.ctrlKey) window.open(line.href, "_blank", "noopener");
          else window.location.assign(line.href);
        },
      }[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    });
    results.addEventListener("mousemove", (event) => choose(event.target.closest(".lr-palette-line") ?? chosen()));
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    document.addEventListener("keydown", (event) => {
      if (event.key.toLowerCase() !== "k" || !(event.metaKey || event.ctrlKey)) return;
      event.preventDefault();
      dialog.open ? dialog.close() : open();
    });
    document.addEventListener("click", (event) => event.target.closest("[data-open-palette]") && open());
  }

  const dialog = document.getElementById("palette");
  if (dialog) start(dialog);
})();
