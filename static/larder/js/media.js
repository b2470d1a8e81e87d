/* The media library: uploads with their progress, and the picker of forms. */
(() => {
  "use strict";
  if (window.larderMedia) return; // a page with two pickers names this file twice
  window.larderMedia = true;

  const MOST_BYTES = 10 * 1024 * 1024;
  const AT_ONCE = 2;
  const LONGEST_NAME = 150; // of what is sent: the head of a part is bounded, and the library keeps little more
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

  function short(name) {
    const signs = [...name];
    if (signs.length <= LONGEST_NAME) return name;
    const end = /\.[^.]{1,8}$/.exec(name)?.[0] ?? "";
    return `${signs.slice(0, LONGEST_NAME - end.length).join("")}…${end}`;
  }

  /* What is said of an upload that did not come to a picture: the server's sentence, or why there is none. */
  function reason({ status, answer }, said) {
    if (answer.detail) return answer.detail;
    if (status === LEFT) return said.left;
    return status === 0 ? said.lost : said.failed;
  }

  /* One file to the server. Resolves with {status, answer}; status 0: the connection was lost; LEFT: nobody is
     signed in any more. */
  const LEFT = -1;
  function send(address, file, { again = false, onProgress = () => {} } = {}) {
    return new Promise((resolve) => {
      const body = new FormData();
      if (again) body.append("again", "on");
      body.append("file", file, short(file.name));
      const request = new XMLHttpRequest();
      request.open("POST", address);
      request.setRequestHeader("Accept", "application/json");
      request.setRequestHeader("X-CSRFToken", token());
      request.upload.addEventListener("progress", (event) => onProgress(event.lengthComputable ? event.loaded / event.total : 0));
      request.addEventListener("load", () => {
        let answer = {};
        try { answer = JSON.parse(request.responseText); } catch { /* a proxy's own page */ }
        const door = document.body.dataset.door;
        const isAtDoor = door && new URL(request.responseURL, window.location).pathname === door;
        resolve({ status: isAtDoor ? LEFT : request.status, answer });
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
    const mark = row.querySelector(".md-upload-thumb .lr-icon");
    if (mark) mark.textContent = state === "refused" ? "error" : "image";
    tally();
  }

  /* How far all are, above them. */
  function tally() {
    const rows = [...page("uploads-list").children];
    const count = (state) => rows.filter((row) => row.dataset.state === state).length;
    const refused = count("refused");
    const parts = [words().tally.replace("{done}", count("done")).replace("{all}", rows.length)];
    if (refused) parts.push(words().refused.replace("{count}", refused));
    page("uploads-tally").textContent = parts.join(" · ");
  }

  function add(file, isFolder = false) {
    const row = page("upload-row").content.firstElementChild.cloneNode(true);
    row.querySelector(".md-upload-name").textContent = file.name;
    page("uploads-list").append(row);
    page("uploads").hidden = false;
    if (isFolder) { say(row, "refused", words().folder); return; }
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
      page("uploads-said").textContent = page("uploads-tally").textContent;
      // the first pictures of all: the search above them comes with the page
      if (!document.querySelector(".ll-toolbar") && done === rows.length) window.location.reload();
    }
  }

  async function take({ file, row, again }) {
    const bar = row.querySelector("progress");
    say(row, "sending", words().sending);
    const sent = await send(page("drop").dataset.drop, file, {
      again,
      onProgress: (share) => {
        bar.value = share * 100;
        if (share === 1) say(row, "checking", words().checking);
      },
    });
    const { status, answer } = sent;
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
    say(row, "refused", reason(sent, words()));
    if (answer.code === "picture-known") {
      way(row, words().open, answer.link);
      tool(row, words().again, () => enqueue({ file, row, again: true }));
    } else if (status <= 0 || status >= 500) tool(row, words().retry, () => enqueue({ file, row, again }));
  }

  document.addEventListener("change", (event) => {
    const input = event.target;
    if (input.matches("[data-upload-input]")) {
      [...input.files].forEach((file) => add(file));
      input.value = "";
    }
    if (input.matches("[data-picker-upload]") && input.files.length) {
      uploadAndPick(input.closest("[data-picker]"), input.files[0]);
      input.value = "";
    }
  }, true);
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-uploads-close]")) return;
    [...page("uploads-list").children].forEach((row) => { if (["done", "refused"].includes(row.dataset.state)) row.remove(); });
    page("uploads").hidden = page("uploads-list").children.length === 0;
    tally();
    if (page("uploads").hidden && !document.querySelector(".ll-toolbar") && document.querySelector(".md-card")) window.location.reload();
  });
  window.addEventListener("beforeunload", (event) => { if (running) event.preventDefault(); });

  /* Anywhere on the page, or on an open picker: dragged files, and pictures from the clipboard. A page that takes
     none lets them fall: the browser would leave what is typed and open the file. */
  let depth = 0;
  const openPicker = () => [...document.querySelectorAll("[data-picker]")].find((picker) => picker.querySelector("dialog").open);
  const place = () => openPicker() ? page("picker-upload", openPicker()) && openPicker() : page("drop");
  const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  function veil(shown) {
    openPicker()?.querySelector("dialog").classList.toggle("md-dropping", shown && place() === openPicker());
    if (page("drop-veil")) page("drop-veil").hidden = !shown || Boolean(openPicker());
  }
  function arrive(files, folders = new Set()) {
    if (openPicker()) uploadAndPick(openPicker(), files[0]);
    else files.forEach((file) => add(file, folders.has(file.name)));
  }
  const foldersAmong = (items) => new Set([...items].map((item) => item.webkitGetAsEntry?.()).filter((entry) => entry?.isDirectory).map((entry) => entry.name));
  document.addEventListener("dragenter", (event) => { if (carriesFiles(event)) { depth += 1; veil(Boolean(place())); } });
  document.addEventListener("dragleave", (event) => { if (carriesFiles(event)) { depth -= 1; if (depth <= 0) { depth = 0; veil(false); } } });
  document.addEventListener("dragover", (event) => { if (carriesFiles(event)) event.preventDefault(); });
  document.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    depth = 0;
    veil(false);
    const files = [...event.dataTransfer.files];
    if (place() && files.length) arrive(files, foldersAmong(event.dataTransfer.items));
  });
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!place() || !files.length || (event.target.closest("input, textarea") && !openPicker())) return;
    event.preventDefault();
    arrive(files);
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

  const pictured = (picker, told) => ({ value: String(told[picker.dataset.by]), name: told.name, thumbnail: told.thumbnail });

  function refuse(picker, text, known = null) {
    const notice = page("picker-refusal", picker);
    notice.hidden = !text;
    page("picker-said", notice).textContent = text;
    const take = page("picker-known", notice);
    take.hidden = !known;
    take.onclick = () => pick(picker, pictured(picker, known));
  }

  function open(picker) {
    refuse(picker, "");
    const list = page("picker-choices", picker); // empty until it is opened for the first time
    picker.querySelector("dialog").showModal();
    if (list) window.htmx.ajax("GET", list.dataset.pickerChoices, { target: list, swap: "outerHTML" });
  }

  document.addEventListener("click", (event) => {
    const picker = event.target.closest("[data-picker]");
    if (!picker) return;
    const dialog = picker.querySelector("dialog");
    if (event.target.closest("[data-picker-open]")) open(picker);
    if (event.target.closest("[data-picker-close]") || event.target === dialog) dialog.close();
    if (event.target.closest("[data-picker-clear]")) pick(picker, { value: "", name: "" });
    const chosen = event.target.closest("[data-pick]");
    if (chosen) pick(picker, { value: chosen.dataset.pick, name: chosen.dataset.name, thumbnail: chosen.dataset.thumbnail });
  });

  /* What stands in the form is marked among what can be chosen, also after a search. */
  document.addEventListener("htmx:afterSettle", (event) => {
    const picker = event.target.closest?.("[data-picker]");
    const value = picker && page("picker-value", picker).value;
    picker?.querySelectorAll("[data-pick]").forEach((choice) => choice.setAttribute("aria-pressed", String(choice.dataset.pick === value)));
  });
  for (const kind of ["htmx:sendError", "htmx:responseError"]) {
    document.addEventListener(kind, (event) => {
      const picker = event.target.closest?.("[data-picker]");
      const said = picker && page("picker-refusal", picker).dataset;
      if (picker) refuse(picker, event.detail.xhr?.status === 403 ? said.forbidden : said.away);
    });
  }

  /* Arrows go from picture to picture, and from the search into them. */
  document.addEventListener("keydown", (event) => {
    const list = event.target.closest("[data-picker] dialog")?.querySelector("[data-picker-list]");
    const onto = list && goal([...list.querySelectorAll("[data-pick]")], event);
    if (!onto) return;
    event.preventDefault();
    onto.focus();
  });

  function goal(choices, { key, target }) {
    if (target.matches("[type=search]")) return key === "ArrowDown" ? choices[0] : null;
    const at = choices.indexOf(target);
    if (at < 0) return null;
    const columns = choices.filter((choice) => choice.offsetTop === choices[0].offsetTop).length;
    const onward = document.documentElement.dir === "rtl" ? -1 : 1;
    const steps = { ArrowRight: onward, ArrowLeft: -onward, ArrowDown: columns, ArrowUp: -columns };
    if (key === "Home") return choices[0];
    if (key === "End") return choices.at(-1);
    return key in steps ? choices[at + steps[key]] ?? null : null;
  }

  async function uploadAndPick(picker, file) {
    const [busy, said] = [page("picker-busy", picker), page("picker-refusal", picker).dataset];
    const step = page("picker-step", busy);
    if (!busy.hidden) return; // one at a time: the one that is taken is the one that is chosen
    refuse(picker, "");
    page("picker-sent", busy).textContent = file.name;
    step.textContent = step.dataset.sending;
    busy.hidden = false;
    const sent = await send(page("picker-upload", picker).dataset.pickerUpload, file, {
      onProgress: (share) => { if (share === 1) step.textContent = step.dataset.checking; },
    });
    busy.hidden = true;
    if (sent.status === 201) pick(picker, pictured(picker, sent.answer));
    else refuse(picker, reason(sent, said), sent.answer.known);
  }
})();
