// A supplier's invoice by keyboard: lines, candidates, decisions; and the file that is dropped. The focus is never
// lost: what was swapped gets it back, and a decided line hands it on to the next that is to do.
(() => {
  "use strict";

  const lines = () => [...document.querySelectorAll("[data-line]")];
  const current = () => document.activeElement?.closest?.("[data-line]");
  const isTyping = (target) => target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]") !== null;

  function go(line) {
    if (!line) return;
    line.focus({ preventScroll: true });
    line.scrollIntoView({ block: "nearest" });
  }

  function move(step) {
    const all = lines();
    const at = all.indexOf(current() ?? last());
    if (at < 0) return go(all[0]);
    const next = all[at + step];
    if (next) return go(next);
    document.querySelector(`[data-page="${step > 0 ? "next" : "prev"}"]`)?.click();
  }

  // The line that had the focus last: clicking beside the list does not lose one's place.
  let lastId = "";
  const last = () => (lastId ? document.getElementById(lastId) : null);
  document.addEventListener("focusin", () => {
    if (current()) lastId = current().id;
  });

  function nextToDo(from) {
    const all = lines();
    const at = all.indexOf(from);
    const after = [...all.slice(at + 1), ...all.slice(0, Math.max(0, at))];
    return after.find((line) => line.hasAttribute("data-todo"));
  }

  function toNextToDo() {
    const next = nextToDo(current() ?? last());
    if (next) go(next);
    else document.querySelector("[data-todo-next]")?.click();
  }

  function open(line, what) {
    const part = line.querySelector(`[data-${what}]`);
    if (!part) return;
    part.open = true;
    part.querySelector("input")?.focus();
    part.querySelector("input")?.select?.();
  }

  const show = (what) => document.querySelector(`[data-show="${what}"]`)?.click();

  const onLine = {
    Enter: (line) => line.querySelector('[data-key="enter"]')?.click(),
    "/": (line) => open(line, "pick"),
    e: (line) => open(line, "values"),
  };
  ["n", "i", "u", "p"].forEach((key) => {
    onLine[key] = (line) => line.querySelector(`[data-key="${key}"]`)?.click();
  });
  const anywhere = {
    j: () => move(1), ArrowDown: () => move(1), k: () => move(-1), ArrowUp: () => move(-1),
    t: toNextToDo,
    a: () => show("all"), r: () => show("rises"), m: () => show("floor"),
    f: () => document.getElementById("up-q")?.focus(),
    g: () => document.querySelector("[data-go]")?.click(),
    "?": () => document.getElementById("up-keys")?.showPopover(),
  };

  function inFound(event) {
    const part = event.target.closest("[data-pick]");
    if (!part || !["ArrowDown", "ArrowUp", "Enter"].includes(event.key)) return false;
    const found = [...part.querySelectorAll("[data-found]")];
    const at = found.indexOf(event.target);
    if (event.key === "Enter") {
      if (at >= 0) return false;
      event.preventDefault(); // in the search: the first that was found, never the form's own button
      found[0]?.focus();
      return true;
    }
    event.preventDefault();
    const next = found[at + (event.key === "ArrowDown" ? 1 : -1)];
    (next ?? (event.key === "ArrowUp" ? part.querySelector("input") : found.at(-1)))?.focus();
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (!document.querySelector("[data-lines]") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector(":popover-open, dialog[open]")) return;
    if (inFound(event)) return;
    const line = current();
    if (event.key === "Escape" && line && event.target !== line) {
      event.target.closest("details")?.removeAttribute("open");
      go(line);
      return;
    }
    if (event.key === "Escape" && event.target.id === "up-q") return go(last() ?? lines()[0]);
    if (isTyping(event.target)) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (key === "Enter" && event.target !== line) return; // a button or a link: it is pressed itself
    const at = line ?? last();
    const act = anywhere[key] ?? (at && onLine[key] ? () => onLine[key](at) : null);
    const candidate = at && /^[1-5]$/.test(key) ? at.querySelector(`[data-candidate="${key}"]`) : null;
    if (!act && !candidate) return;
    event.preventDefault();
    if (candidate) candidate.click();
    else act();
  });

  // --- the focus after a swap ----------------------------------------------------------------------------
  let asked = null;
  document.addEventListener("htmx:beforeRequest", ({ target }) => {
    const line = target.closest?.("[data-line]");
    if (line && target.matches("form")) asked = { id: line.id, wasToDo: line.hasAttribute("data-todo") };
  });
  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    if (asked && detail.elt.id === asked.id) {
      const line = document.getElementById(asked.id);
      const wrong = line?.querySelector("[aria-invalid], .lr-field-wrong input");
      const isDone = asked.wasToDo && line && !line.hasAttribute("data-todo");
      asked = null;
      if (wrong) wrong.focus();
      else go(isDone ? nextToDo(line) ?? line : line);
    } else if (detail.elt.id === "up-lines" && document.activeElement?.id !== "up-q") go(lines()[0]);
  });
  // On a phone the filters are a strip that is wider than the screen: the one that is set is to be seen.
  const showFilter = () => document.querySelector(".up-shows [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  document.addEventListener("htmx:afterSettle", ({ detail }) => detail.elt.id === "up-lines" && showFilter());
  document.addEventListener("DOMContentLoaded", () => {
    showFilter();
    const named = location.hash.startsWith("#line-") ? document.getElementById(location.hash.slice(1)) : null;
    if (named) go(named);
    else if (document.activeElement === document.body) lines()[0]?.focus({ preventScroll: true });
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-todo-next]");
    const next = link && nextToDo(last());
    if (!next) return;
    event.preventDefault();
    go(next);
  });

  // unfold looks for its own text box beside every file field, and fails where there is none.
  document.querySelectorAll("input[type=file]").forEach((one) => { one.hasChangeListener = true; });

  // --- the file --------------------------------------------------------------------------------------------
  const field = () => document.getElementById("up-file");

  function refuse(words) {
    const said = document.getElementById("up-file-said");
    said.hidden = !words;
    said.lastElementChild.textContent = words;
  }

  function chosen() {
    const file = field().files[0];
    if (!file) return;
    document.querySelector("[data-file-name]").textContent = file.name;
    if (file.size > Number(field().dataset.most)) refuse(field().dataset.large);
    else refuse(file.size ? "" : field().dataset.empty);
  }

  document.addEventListener("change", ({ target }) => {
    if (target.id === "up-file") chosen();
  });
  ["dragenter", "dragover"].forEach((kind) => document.addEventListener(kind, (event) => {
    if (!field()) return;
    event.preventDefault();
    field().closest("[data-drop]").classList.add("up-drop-over");
  }));
  document.addEventListener("dragleave", (event) => {
    if (field() && !event.relatedTarget) field().closest("[data-drop]").classList.remove("up-drop-over");
  });
  document.addEventListener("drop", (event) => {
    if (!field()) return;
    event.preventDefault();
    field().closest("[data-drop]").classList.remove("up-drop-over");
    if (!event.dataTransfer.files.length) return;
    field().files = event.dataTransfer.files;
    chosen();
  });
  document.addEventListener("htmx:confirm", (event) => {
    if (!event.target.matches("[data-upload-start]")) return;
    const file = field().files[0];
    if (file && file.size > Number(field().dataset.most)) {
      event.preventDefault(); // it would only be refused once all of it has been sent
      field().focus();
    }
  });

  // --- what takes a moment says so ------------------------------------------------------------------------
  const busy = (button, isBusy) => {
    if (!button) return;
    button.dataset.words ??= button.innerHTML;
    if (isBusy) button.textContent = button.dataset.busy;
    else button.innerHTML = button.dataset.words;
    button.setAttribute("aria-disabled", String(isBusy));
  };
  document.addEventListener("submit", ({ target, submitter }) => {
    if (!target.matches("[hx-post]")) busy(submitter?.closest("[data-busy]"), true);
  });
  document.addEventListener("htmx:beforeRequest", ({ target }) => {
    if (target.matches("[data-upload-start]")) busy(target.querySelector("[data-busy]"), true);
  });
  document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
    if (!target.matches("[data-upload-start]") || detail.xhr.getResponseHeader("HX-Redirect")) return;
    busy(target.querySelector("[data-busy]"), false);
    target.querySelector("[aria-invalid]")?.focus();
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("[data-busy]").forEach((button) => busy(button, false)));
})();
