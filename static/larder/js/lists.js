/* Lists: the profile beside the list, the selection bar, menus that close, dense rows. Without it every link still works. */
(() => {
  "use strict";

  const WIDE = window.matchMedia("(min-width: 80.0625rem)");
  const aside = () => document.getElementById("ll-aside");

  /* --- the profile beside the list ------------------------------------------------------------------- */
  function openBeside(link) {
    const panel = aside();
    document.querySelectorAll(".ll-row[aria-current]").forEach((row) => row.removeAttribute("aria-current"));
    link.closest(".ll-row")?.setAttribute("aria-current", "true");
    panel.hidden = false;
    window.htmx.ajax("GET", link.href, { target: "#ll-aside", swap: "innerHTML" });
  }

  function closeAside() {
    const panel = aside();
    if (!panel || panel.hidden) return;
    panel.hidden = true;
    panel.replaceChildren();
    const row = document.querySelector(".ll-row[aria-current]");
    row?.removeAttribute("aria-current");
    row?.querySelector("[data-profile]")?.focus();
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-profile]");
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (link && plain && WIDE.matches && aside() && window.htmx) {
      event.preventDefault();
      openBeside(link);
    }
    if (event.target.closest("[data-aside-close]")) closeAside();
  });

  /* --- menus ------------------------------------------------------------------------------------------- */
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) event.target.closest("details").open = false;
    const kept = event.target.closest("details.ll-menu");
    document.querySelectorAll("details.ll-menu[open]").forEach((menu) => {
      if (menu !== kept) menu.open = false;
    });
    const sheet = event.target.closest("details[data-sheet]");
    if (sheet && event.target.closest(".ll-menu-item[hx-get]")) sheet.open = false;
  });

  /* A table that scrolls would cut a row's menu off: it is lifted out of it. */
  document.addEventListener("toggle", (event) => {
    const menu = event.target;
    if (!(menu instanceof HTMLDetailsElement) || !menu.open || !menu.closest(".ll-more")) return;
    const body = menu.querySelector(".ll-menu-body");
    const at = menu.getBoundingClientRect();
    const rtl = document.documentElement.dir === "rtl";
    body.style.position = "fixed";
    body.style.insetInlineEnd = `${rtl ? at.left : document.documentElement.clientWidth - at.right}px`;
    const below = window.innerHeight - at.bottom > body.offsetHeight + 8;
    body.style.insetBlockStart = `${below ? at.bottom + 4 : at.top - body.offsetHeight - 4}px`;
  }, true);

  document.addEventListener("scroll", () => {
    document.querySelectorAll(".ll-more details[open]").forEach((menu) => { menu.open = false; });
  }, true);

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "Escape") {
      const open = [...document.querySelectorAll("details.ll-menu[open]")];
      open.forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
      if (!open.length && !typing) closeAside();
    }
    if (event.key === "/" && !typing) {
      const search = document.querySelector("[data-list-search]");
      if (search) { event.preventDefault(); search.focus(); }
    }
  });

  /* --- selection --------------------------------------------------------------------------------------- */
  function ticks() { return [...document.querySelectorAll("#changelist-form .action-select")]; }

  function showSelection() {
    const bar = document.querySelector("[data-selection-bar]");
    if (!bar) return;
    const all = ticks();
    const chosen = all.filter((tick) => tick.checked).length;
    const across = document.querySelector("[data-across]");
    if (chosen < all.length) across.value = "0";
    bar.hidden = chosen === 0;
    const whole = bar.querySelector("[data-select-across]");
    bar.querySelector("[data-selected-count]").textContent = across.value === "1" && whole ? whole.dataset.count : chosen;
    if (whole) whole.hidden = chosen < all.length || across.value === "1";
    const master = document.querySelector("[data-tick-all]");
    master.checked = chosen === all.length;
    master.indeterminate = chosen > 0 && chosen < all.length;
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-tick-all]")) ticks().forEach((tick) => { tick.checked = event.target.checked; });
    if (event.target.matches("[data-tick-all], .action-select")) showSelection();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-select-none]")) {
      ticks().forEach((tick) => { tick.checked = false; });
      showSelection();
    }
    if (event.target.closest("[data-select-across]")) {
      document.querySelector("[data-across]").value = "1";
      showSelection();
    }
  });

  /* --- dense rows -------------------------------------------------------------------------------------- */
  document.addEventListener("click", (event) => {
    const dense = event.target.closest("[data-dense]");
    if (!dense) return;
    const on = dense.getAttribute("aria-pressed") !== "true";
    dense.setAttribute("aria-pressed", String(on));
    document.body.classList.toggle("ll-dense", on);
    document.cookie = `larder_dense=${on}; path=/; max-age=31536000; samesite=lax`;
  });

  document.addEventListener("DOMContentLoaded", showSelection);
})();
