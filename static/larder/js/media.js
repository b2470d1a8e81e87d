/* The media library: uploads with their progress, copying an address, and the picker of forms. */
(() => {
  "use strict";
  if (window.larderMedia) return; // a page with two pickers names this file twice
  window.larderMedia = true;

  const MOST_BYTES = 10 * 1024 * 1024;
  const AT_ONCE = 2;
  const page = (name, root = document) => root.querySelector(`[data-${name}]`);

  function token() {
    const given = document.querySelector("input[name=csrfmiddlewaretoken]")?.value;
    return given ?? JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";
  }

  function icon(name, turns = false) {
    const mark = document.createElement("span");
    mark.className = turns ? "lr-icon lr-turning" : "lr-icon";
    mark.setAttribute("aria-hidden", "true");
    mark.textContent = name;
    return mark;
  }

  /* One file to the server. Resolves with {status, answer}; status 0: the connection was lost. */
  function send(address, file, { again = false, onProgress = () => {} } = {}) {
    return new Promise((resolve) => {
      const body = new FormData();
      if (again) body.append("again", "on");
      body.append("file", file);
      const request = new XMLHttpRequest();
      request.open("POST", address);
      request.setRequestHeader("Accept", "application/json");
      request.setRequestHeader("X-CSRFToken", token());
      request.upload.addEventListener("progress", (event) => onProgress(event.lengthComputable ? event.loaded / event.total : 0));
      request.addEventListener("load", () => {
        let answer = {};
        try { answer = JSON.parse(request.responseText); } catch { /* a proxy's own page */ }
        resolve({ status: request.status, answer });
      });
      request.addEventListener("error", () => resolve({ status: 0, answer: {} }));
      request.addEventListener("abort", () => resolve({ status: 0, answer: {} }));
      request.send(body);
    });
  }

  /* --- uploads of the library ------------------------------------------------------------------------- */
  const waiting = [];
  let running = 0;
  const words = () => page("words").dataset;

  function tool(row, text, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "lr-button";
    button.textContent = text;
    button.addEventListener("click", act);
    row.querySelector(".md-upload-tools").append(button);
  }

  function way(row, text, address) {
    const link = document.createElement("a");
    link.className = "lr-button";
    link.href = address;
    link.textContent = text;
    row.querySelector(".md-upload-tools").append(link);
  }

  function say(row, state, text) {
    row.dataset.state = state;
    row.querySelector(".md-upload-tools").replaceChildren();
    const said = row.querySelector(".md-upload-state");
    said.textContent = text;
    said.toggleAttribute("role", false);
    if (state === "refused") said.setAttribute("role", "alert");
  }

  function add(file) {
    const row = page("upload-row").content.firstElementChild.cloneNode(true);
    row.querySelector(".md-upload-name").textContent = file.name;
    page("uploads-list").append(row);
    page("uploads").hidden = false;
    if (file.size > MOST_BYTES) { say(row, "refused", words().large); return; }
    enqueue({ file, row });
  }

  function enqueue(work) {
    say(work.row, "waiting", words().waiting);
    waiting.push(work);
    next();
  }

  async function next() {
    if (running >= AT_ONCE || !waiting.length) return;
    running += 1;
    await take(waiting.shift());
    running -= 1;
    if (waiting.length) next();
    else if (!running) {
      document.body.dispatchEvent(new CustomEvent("media-changed"));
      const rows = [...page("uploads-list").children];
      const done = rows.filter((row) => row.dataset.state === "done").length;
      page("uploads-said").textContent = `${words().done}: ${done} / ${rows.length}`;
      // the first pictures of all: the search above them comes with the page
      if (!document.querySelector(".ll-toolbar") && done === rows.length) window.location.reload();
    }
  }

  async function take({ file, row, again }) {
    const bar = row.querySelector("progress");
    say(row, "sending", words().sending);
    const { status, answer } = await send(page("drop").dataset.drop, file, {
      again,
      onProgress: (share) => {
        bar.value = share * 100;
        if (share === 1) say(row, "checking", words().checking);
      },
    });
    if (status === 201) {
      bar.value = 100;
      say(row, "done", words().done);
      const thumb = document.createElement("img");
      thumb.src = answer.thumbnail;
      thumb.alt = "";
      row.querySelector(".md-upload-thumb").replaceChildren(thumb);
      way(row, words().open, answer.link);
      return;
    }
    const lost = status === 0 ? words().lost : words().failed;
    say(row, "refused", answer.detail ?? lost);
    if (answer.code === "picture-known") {
      way(row, words().open, answer.link);
      tool(row, words().again, () => enqueue({ file, row, again: true }));
    } else if (status === 0 || status >= 500) tool(row, words().retry, () => enqueue({ file, row, again }));
  }

  /* On its way down: the theme's own listener on every file field looks for a text field beside it, and fails. */
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!input.matches("input[type=file]")) return;
    event.stopPropagation();
    if (input.matches("[data-upload-input]")) {
      [...input.files].forEach(add);
      input.value = "";
    }
    if (input.matches("[data-picker-upload]") && input.files.length) uploadAndPick(input);
  }, true);
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-uploads-close]")) return;
    [...page("uploads-list").children].forEach((row) => { if (["done", "refused"].includes(row.dataset.state)) row.remove(); });
    page("uploads").hidden = page("uploads-list").children.length === 0;
  });

  /* Anywhere on the page: dragged files, and pictures from the clipboard. */
  let depth = 0;
  const carriesFiles = (event) => page("drop") && [...(event.dataTransfer?.types ?? [])].includes("Files");
  function veil(shown) { page("drop-veil").hidden = !shown; }
  document.addEventListener("dragenter", (event) => { if (carriesFiles(event)) { depth += 1; veil(true); } });
  document.addEventListener("dragleave", (event) => { if (carriesFiles(event)) { depth -= 1; if (depth <= 0) { depth = 0; veil(false); } } });
  document.addEventListener("dragover", (event) => { if (carriesFiles(event)) event.preventDefault(); });
  document.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    depth = 0;
    veil(false);
    [...event.dataTransfer.files].forEach(add);
  });
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!page("drop") || !files.length || event.target.closest("input, textarea, dialog")) return;
    event.preventDefault();
    files.forEach(add);
  });

  /* --- copy an address -------------------------------------------------------------------------------- */
  async function copy(button) {
    const address = new URL(button.dataset.copy, window.location.origin).href;
    try {
      await navigator.clipboard.writeText(address);
    } catch { // no TLS, or the person has said no: the address is laid out, selected, to be copied by hand
      layOut(button, address);
      return;
    }
    const mark = button.querySelector(".lr-icon");
    mark.textContent = "check";
    button.classList.add("md-copied");
    window.setTimeout(() => { mark.textContent = "content_copy"; button.classList.remove("md-copied"); }, 2000);
  }

  function layOut(button, address) {
    const beside = button.closest(".md-address-line")?.querySelector("input");
    const field = beside ?? document.createElement("input");
    if (!beside) {
      field.readOnly = true;
      field.dir = "ltr";
      field.className = "md-laid-out";
      field.addEventListener("blur", () => field.remove());
      button.after(field);
    }
    field.value = address;
    field.focus();
    field.select();
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) { event.preventDefault(); copy(button); }
  });

  /* --- the picker -------------------------------------------------------------------------------------- */
  function pick(picker, { value, name, thumbnail }) {
    const field = page("picker-value", picker);
    field.value = value;
    page("picker-name", picker).textContent = name || page("picker-name", picker).dataset.none;
    page("picker-clear", picker).hidden = !value;
    const thumb = picker.querySelector(".md-picked-thumb");
    if (thumbnail) {
      const image = document.createElement("img");
      image.src = thumbnail;
      image.alt = "";
      thumb.replaceChildren(image);
    } else thumb.replaceChildren(icon("image"));
    field.dispatchEvent(new Event("change", { bubbles: true }));
    picker.querySelector("dialog").close();
    page("picker-open", picker).focus();
  }

  document.addEventListener("click", (event) => {
    const picker = event.target.closest("[data-picker]");
    if (!picker) return;
    const dialog = picker.querySelector("dialog");
    if (event.target.closest("[data-picker-open]")) {
      const choices = page("picker-choices", picker);
      dialog.showModal();
      if (choices) window.htmx.ajax("GET", choices.dataset.pickerChoices, { target: choices, swap: "outerHTML" });
    }
    if (event.target.closest("[data-picker-close]") || event.target === dialog) dialog.close();
    if (event.target.closest("[data-picker-clear]")) pick(picker, { value: "", name: "" });
    const chosen = event.target.closest("[data-pick]");
    if (chosen) pick(picker, { value: chosen.dataset.pick, name: chosen.dataset.name, thumbnail: chosen.dataset.thumbnail });
  });
  async function uploadAndPick(input) {
    const picker = input.closest("[data-picker]");
    const refusal = page("picker-refusal", picker);
    const by = input.closest("dialog").querySelector("[hx-get]").getAttribute("hx-get").includes("by=token") ? "token" : "pk";
    refusal.hidden = true;
    const { status, answer } = await send(input.dataset.pickerUpload, input.files[0]);
    input.value = "";
    if (status === 201) pick(picker, { value: answer[by], name: answer.name, thumbnail: answer.thumbnail });
    else { refusal.textContent = answer.detail ?? `${status}`; refusal.hidden = false; }
  }
})();
