// What was typed when the session had ended meanwhile comes back after the next sign-in: in this tab, on the page
// that it was typed on, and to nobody else. Passwords, codes and files are never kept.
(() => {
  const KEY = "larder-typed";
  const TYPED = "textarea, select, input:not([type=hidden], [type=password], [type=file], [readonly])";
  const forms = () => [...document.querySelectorAll("main form[method=post]")];
  const fields = (form) => [...form.elements].filter((field) => field.name && field.matches(TYPED) && field.autocomplete !== "one-time-code");
  const page = () => location.pathname + location.search;
  const person = () => document.body.dataset.person ?? "";

  document.addEventListener("submit", ({ target }) => {
    const form = forms().indexOf(target);
    if (form < 0 || !person()) return;
    const typed = fields(target).map((field) => [field.name, field.value, field.checked ?? false]);
    sessionStorage.setItem(KEY, JSON.stringify({ page: page(), person: person(), form, typed }));
  }, true);

  // What htmx has sent without being led to the door has been taken, or refused at its field.
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    const leads = ["HX-Refresh", "HX-Redirect"].some((header) => detail.xhr.getResponseHeader(header));
    if (detail.successful && !leads) sessionStorage.removeItem(KEY);
  });

  const fill = (form, typed) => {
    const left = [...typed];
    fields(form).forEach((field) => {
      const ticked = field.matches("[type=checkbox], [type=radio]");
      const at = left.findIndex(([name, value]) => name === field.name && (!ticked || value === field.value));
      if (at < 0) return;
      const [[, value, checked]] = left.splice(at, 1);
      if (ticked) field.checked = checked;
      else field.value = value;
      ["input", "change"].forEach((kind) => field.dispatchEvent(new Event(kind, { bubbles: true })));
    });
  };

  document.addEventListener("DOMContentLoaded", () => {
    if (!person()) return; // the door itself
    const last = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
    sessionStorage.removeItem(KEY);
    if (!last || last.page !== page() || last.person !== person()) return;
    if (!document.referrer || new URL(document.referrer).pathname !== document.body.dataset.door) return;
    const form = forms()[last.form];
    if (!form) return;
    fill(form, last.typed);
    const told = document.getElementById("typed-again").content.firstElementChild.cloneNode(true);
    document.getElementById("content").prepend(told);
    form.closest("[popover]")?.showPopover();
  });
})();
