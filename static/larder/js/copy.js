/* Copies what a button stands for, and says so on it. What it copies is written on the button:
   data-copy (a text), data-copy-address (a path of ours, copied whole), data-copy-from (the id of a field or of
   an element with the text). The words it says are from {% copy_words %}. */
(() => {
  "use strict";
  if (window.larderCopy) return;
  window.larderCopy = true;

  const SHOWN = 2500; // milliseconds
  const spoken = document.createElement("p"); // for who does not see the button change
  spoken.className = "lr-hidden-text";
  spoken.setAttribute("role", "status");

  const source = (button) => document.getElementById(button.dataset.copyFrom ?? "");
  function meant(button) {
    if (button.dataset.copyAddress) return new URL(button.dataset.copyAddress, window.location.origin).href;
    const from = source(button);
    return button.dataset.copy ?? from?.value ?? from?.textContent ?? "";
  }

  /* The old way, which asks nobody: for pages without TLS, and for who has said no. Beside the button, because
     while a dialog is open nothing outside it can be selected. */
  function byCommand(button, text) {
    const field = Object.assign(document.createElement("textarea"), { value: text, readOnly: true, className: "lr-copy-field" });
    button.after(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    button.focus({ preventScroll: true });
    return done;
  }

  async function put(button, text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return byCommand(button, text);
    }
  }

  /* Last resort: the text is selected where it stands, or laid out over the button, to be copied by hand. */
  function layOut(button, text) {
    const from = source(button);
    if (from && !from.select) {
      window.getSelection().selectAllChildren(from);
      return;
    }
    const field = from ?? Object.assign(document.createElement("input"), { value: text, readOnly: true, dir: "ltr", className: "lr-laid-out" });
    if (!from) {
      field.setAttribute("aria-label", button.dataset.byHand);
      field.addEventListener("blur", () => field.remove());
      button.after(field);
    }
    field.focus();
    field.select();
  }

  function say(button, text, copied) {
    const word = button.querySelector("[data-copy-word]");
    const mark = button.querySelector(".lr-icon");
    button.dataset.copyWas ??= word?.textContent ?? "";
    if (word) word.textContent = text;
    else button.dataset.copySays = text;
    if (mark) mark.textContent = copied ? "check" : "content_copy";
    button.classList.toggle("lr-copied", copied);
    document.body.append(spoken);
    spoken.textContent = text;
    window.clearTimeout(Number(button.dataset.copyTimer));
    button.dataset.copyTimer = window.setTimeout(() => {
      if (word) word.textContent = button.dataset.copyWas;
      delete button.dataset.copySays;
      if (mark) mark.textContent = "content_copy";
      button.classList.remove("lr-copied");
      spoken.textContent = "";
    }, SHOWN);
  }

  const BUTTONS = "[data-copy], [data-copy-address], [data-copy-from]";
  document.addEventListener("click", async (event) => {
    const button = event.target.closest(BUTTONS);
    if (!button) return;
    event.preventDefault();
    const text = meant(button);
    const copied = await put(button, text);
    if (!copied) layOut(button, text);
    say(button, copied ? button.dataset.copied : button.dataset.byHand, copied);
  });
  document.querySelectorAll(BUTTONS).forEach((button) => { button.hidden = false; }); // kept from who has no scripts
})();
