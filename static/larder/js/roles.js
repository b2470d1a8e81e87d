// What is changed and not saved yet, in the matrix of roles and in one person's rights: marked, counted, undone.
(() => {
  const words = (form, count) =>
    count === 0 ? form.dataset.none : count === 1 ? form.dataset.one : form.dataset.many.replace("%n", count);

  // What was reviewed is no longer what would be saved: the next press shows it anew.
  function forgetReview(form) {
    form.querySelector("[name=seen]")?.remove();
    form.querySelector("[name=align]")?.remove();
    form.querySelector("[data-review-card]")?.remove();
    form.querySelector("[data-save]").textContent = form.dataset.review;
  }

  function guardLeaving(form, isDirty) {
    let isSending = false;
    form.addEventListener("submit", () => (isSending = true));
    form.querySelector("[data-discard]")?.addEventListener("click", () => (isSending = true));
    window.addEventListener("beforeunload", (event) => {
      if (!isSending && isDirty()) event.preventDefault();
    });
  }

  function startMatrix(form) {
    const table = form.querySelector("table[data-matrix]");
    const kept = form.querySelector("[data-pending]");
    const undo = form.querySelector("[data-undo]");
    const discard = form.querySelector("[data-discard]");
    const done = []; // [cell, what it was before that step]
    const pending = () => [...table.querySelectorAll("td.la-pending")];

    function show(cell, reach) {
      const face = form.querySelector(`[data-face="${reach}"]`);
      const said = face.lastElementChild.textContent;
      cell.dataset.now = reach;
      cell.classList.toggle("la-pending", reach !== cell.dataset.was);
      cell.querySelector(".lr-cell").replaceWith(face.querySelector(".lr-cell").cloneNode(true));
      cell.querySelector(".lr-hidden-text").textContent = said;
      cell.title = cell.title.replace(/ – .*$/, ` – ${said}`);
    }

    function tell() {
      const changed = pending();
      kept.replaceChildren(
        ...changed.map((cell) => {
          const input = document.createElement("input");
          Object.assign(input, { type: "hidden", name: "set" });
          input.value = `${cell.dataset.role} ${cell.dataset.key} ${cell.dataset.now}`;
          return input;
        }),
      );
      undo.hidden = done.length === 0;
      discard.hidden = changed.length === 0;
      form.querySelector("[data-sum]").textContent = words(form, changed.length);
    }

    function turn(cell) {
      const steps = ["", ...cell.dataset.choices.split(" ")];
      const next = steps[(steps.indexOf(cell.dataset.now) + 1) % steps.length];
      done.push([cell, cell.dataset.now]);
      show(cell, next);
      forgetReview(form);
      tell();
    }

    function takeBack() {
      const last = done.pop();
      if (!last) return;
      show(...last);
      last[0].focus();
      forgetReview(form);
      tell();
    }

    table.addEventListener("click", (event) => {
      const cell = event.target.closest("td[data-choices]");
      if (!cell) return;
      table.querySelectorAll("td[tabindex='0']").forEach((one) => (one.tabIndex = -1));
      cell.tabIndex = 0;
      cell.focus();
      turn(cell);
    });
    table.addEventListener("keydown", (event) => {
      const cell = event.target.closest("td[data-choices]");
      if (cell && (event.key === " " || event.key === "Enter")) {
        event.preventDefault();
        turn(cell);
      }
    });
    document.addEventListener("keydown", (event) => {
      const isTyping = event.target.closest("input, textarea, select");
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !isTyping && done.length) {
        event.preventDefault();
        takeBack();
      }
    });
    undo.addEventListener("click", takeBack);
    guardLeaving(form, () => pending().length > 0);
  }

  function startChoices(form) {
    const choices = [...form.querySelectorAll("select[name^='own ']")];
    const changed = () => choices.filter((one) => one.value !== one.dataset.was);
    form.addEventListener("change", (event) => {
      const choice = event.target.closest("select[name^='own ']");
      if (!choice) return;
      choice.closest("tr").classList.toggle("la-pending", choice.value !== choice.dataset.was);
      forgetReview(form);
      form.querySelector("[data-sum]").textContent = words(form, changed().length);
    });
    guardLeaving(form, () => changed().length > 0);
  }

  document.querySelectorAll("form[data-roles]").forEach(startMatrix);
  document.querySelectorAll("form[data-choices]").forEach(startChoices);
})();
