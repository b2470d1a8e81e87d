// The frame's own small manners.

// Tell the server a preference; what is seen has changed already. Called from the switches in the account menu.
window.larderPrefer = (name, value) => {
  const token = document.querySelector("#logout-form input[name=csrfmiddlewaretoken]")?.value ?? "";
  document.documentElement.dataset.theme = name === "theme" ? value : document.documentElement.dataset.theme;
  fetch(document.body.dataset.preferences, {
    method: "POST",
    headers: { "X-CSRFToken": token, "HX-Request": "true" },
    body: new URLSearchParams({ [name]: value }),
    redirect: "manual",
  });
};

(() => {
  // What opens closes again with Escape or a click elsewhere, and gives the focus back.
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector("details[data-menu][open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  // The theme writes a file's name into the text field of its own frame, and fails over a file field without one,
  // or finds another's. Those are marked as looked after before it comes by: this observer is older than its own.
  const lookAfter = () => document.querySelectorAll("input[type=file]").forEach((field) => {
    const frame = field.parentNode?.parentNode?.parentNode;
    field.hasChangeListener ||= !frame?.querySelector("label > input[type=text][disabled]");
  });
  lookAfter();
  new MutationObserver(lookAfter).observe(document.body, { childList: true, subtree: true });
  // The open page's tab and entry of the menu are in view, however long the row or the menu is.
  document.querySelectorAll(".lr-segments, .lr-nav").forEach((row) => {
    const open = row.querySelector("[aria-current]");
    if (!open) return;
    const [around, own] = [row.getBoundingClientRect(), open.getBoundingClientRect()];
    if (own.left < around.left || own.right > around.right) row.scrollLeft += (own.left + own.right - around.left - around.right) / 2;
    if (own.top < around.top || own.bottom > around.bottom) row.scrollTop += (own.top + own.bottom - around.top - around.bottom) / 2;
  });
  // What is unread stands before the page's title as well: a tab in the background shows it.
  const plain = document.title.replace(/^\(\d+\+?\) /, "");
  const count = document.getElementById("bell-count");
  const tell = () => {
    const unread = Number(count.querySelector("[data-unread]")?.dataset.unread ?? 0);
    document.title = unread ? `(${unread > 99 ? "99+" : unread}) ${plain}` : plain;
  };
  if (count) {
    // What was pressed in the panel may have gone with its answer: the focus goes back to the bell all the same.
    document.getElementById("bell-panel").addEventListener("toggle", (event) => {
      if (event.newState === "closed" && document.activeElement === document.body) count.closest("button").focus();
    });
    tell();
    new MutationObserver(tell).observe(count, { childList: true, subtree: true });
    // Asked for while somebody looks; a closed lid and a tab in the background ask for nothing.
    count.addEventListener("htmx:beforeRequest", (event) => document.hidden && event.preventDefault());
  }
  // On a Mac the palette's key is called otherwise.
  if (/Mac|iPhone|iPad/.test(navigator.platform)) {
    document.querySelectorAll("[data-palette-key]").forEach((key) => (key.textContent = "⌘K"));
  }
})();
