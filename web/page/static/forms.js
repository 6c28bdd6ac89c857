// Hastens the pages with forms and questions: what is wrong is said beside its field, what is
// asked is asked in a dialog, time counts down, and a list is searched as one types. Without
// it, the forms work as they are.
(() => {
  "use strict";

  // What is wrong with a form is said beside its fields, in the page's own words.
  const invalid = (form) => [...form.elements].filter((e) => e.willValidate && !e.validity.valid);
  function say(input, words) {
    const v = input.validity;
    const text = v.customError ? input.validationMessage : v.valueMissing ? words[/radio|select/.test(input.type) ? "choose" : input.type === "file" ? "file" : "required"] : v.tooShort ? words.length.replace("%n%", input.minLength) : words.format;
    const around = input.closest(".field, fieldset, .column") || input.parentElement;
    let error = around.querySelector(".error");
    if (!error) {
      error = document.createElement("p");
      error.className = "error";
      (around.querySelector("legend, label") || around.firstChild).after(error);
    }
    error.setAttribute("role", "alert");
    error.id ||= (input.id || input.name) + "-error";
    if (!error.querySelector("span")) error.textContent = text;
    error.hidden = false;
    input.setAttribute("aria-describedby", [error.id, ...(input.getAttribute("aria-describedby") || "").split(" ").filter((id) => id && id !== error.id)].join(" "));
    if (input.type !== "radio") input.setAttribute("aria-invalid", "true");
    around.addEventListener("input", () => {
      if (invalid(input.form).some((e) => around.contains(e))) return;
      error.hidden = true;
      input.removeAttribute("aria-invalid");
    });
  }
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.dataset.required || event.submitter?.formNoValidate) return;
    const wrong = invalid(form).filter((e, n, all) => e.type !== "radio" || all.findIndex((o) => o.name === e.name) === n);
    if (!wrong.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    for (const input of wrong) say(input, form.dataset);
    wrong[0].focus();
  }, true);

  // What is asked on a page of its own is asked in a dialog over this one.
  let dirty = [...document.querySelectorAll("main input")].some((i) => i.value !== i.defaultValue); // before this script was here
  document.addEventListener("input", () => (dirty = true));
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const when = form.dataset.asks;
    if (!when || (when === "typed" && !dirty) || !window.HTMLDialogElement) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const dialog = document.createElement("dialog");
    try {
      const address = form.method === "get" ? form.action.split("?")[0] + "?" + new URLSearchParams(new FormData(form)) : form.dataset.question;
      const answer = await fetch(address, { cache: "no-store" });
      const question = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("question");
      if (!question) throw new Error("nothing is asked");
      question.querySelector("#heading").id = "question-title";
      dialog.setAttribute("aria-labelledby", "question-title");
      dialog.append(question);
    } catch {
      delete form.dataset.asks;
      return form.requestSubmit();
    }
    const opener = document.activeElement;
    dialog.addEventListener("close", () => { dialog.remove(); opener?.focus(); });
    dialog.addEventListener("click", (e) => {
      if (e.target !== dialog && !e.target.closest("[data-stay]")) return;
      e.preventDefault();
      dialog.close();
    });
    document.body.append(dialog);
    dialog.showModal();
    document.dispatchEvent(new Event("asking")); // page.js says so to the page around a frame
    dialog.querySelector("[data-stay]").focus();
  }, true);

  // Time that is left is counted down in the server's words.
  for (const clock of document.querySelectorAll("[data-seconds]")) {
    const words = JSON.parse(clock.dataset.words);
    const end = performance.now() + clock.dataset.seconds * 1000;
    const button = clock.closest(".ways form")?.querySelector("button"); // what can be had again then
    if (button) button.disabled = true;
    const say = () => {
      const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
      const [unit, n] = left <= 60 ? ["seconds", left] : left <= 7200 ? ["minutes", Math.ceil(left / 60)] : ["hours", Math.ceil(left / 3600)];
      const text = left ? words.text.replace("$left", words[unit + (n === 1 ? ".one" : ".other")].replace("$n", n)) : words.over || "";
      if (clock.textContent !== text) clock.textContent = text;
      if (left) return setTimeout(say, 250);
      if (button) button.disabled = false;
    };
    say();
  }

  // A password can be looked at.
  for (const button of document.querySelectorAll(".reveal")) {
    const input = document.getElementById(button.getAttribute("aria-controls"));
    const show = button.textContent;
    button.hidden = false;
    button.addEventListener("click", () => {
      const hidden = input.type === "password";
      input.type = hidden ? "text" : "password";
      button.textContent = hidden ? button.dataset.hide : show;
      button.setAttribute("aria-pressed", String(hidden));
    });
    input.form.addEventListener("submit", () => (input.type = "password"));
  }

  // A file can be dropped.
  for (const drop of document.querySelectorAll(".drop:not([data-several])")) {
    const input = drop.querySelector("input");
    for (const kind of ["dragenter", "dragover"]) drop.addEventListener(kind, (e) => { e.preventDefault(); drop.classList.add("over"); });
    for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("over"));
    drop.addEventListener("drop", (e) => { e.preventDefault(); if (e.dataTransfer.files.length) input.files = e.dataTransfer.files; check(); });
    // A file that would be refused is refused before it is sent.
    const error = drop.parentElement.querySelector(".error[hidden]");
    function check() {
      const size = input.files[0]?.size;
      const refusal = size === 0 ? input.dataset.empty : size > input.dataset.max ? input.dataset.large : "";
      error.hidden = !refusal;
      error.textContent = refusal;
      input.setCustomValidity(refusal);
      if (refusal) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    }
    input.addEventListener("change", check);
  }

  // Searching as one types: the server's own answer takes the place of the list.
  const search = document.querySelector("form.search");
  if (search) {
    search.classList.add("hastened");
    let timer, running;
    const look = async () => {
      running?.abort();
      running = new AbortController();
      const address = search.action + "?" + new URLSearchParams(new FormData(search));
      try {
        const answer = await fetch(address, { signal: running.signal });
        if (!answer.ok) return;
        const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("found");
        if (!found) return;
        const list = document.getElementById("found");
        list.querySelector("#count").textContent = found.querySelector("#count").textContent;
        while (list.children.length > 1) list.lastChild.remove();
        found.querySelector("#count").remove();
        list.append(...found.childNodes);
      } catch (e) {
        if (e.name !== "AbortError") console.warn("searching failed", e);
      }
    };
    // The arrow keys lead from what is typed into the list and back.
    search.closest("main").addEventListener("keydown", (e) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
      if (!step || e.altKey || e.ctrlKey || e.metaKey || e.isComposing) return;
      const stops = [search.querySelector("input[type=search]"), ...document.querySelectorAll("#found .institutions button")];
      const at = stops.indexOf(document.activeElement);
      if (at < 0) return;
      e.preventDefault();
      stops[Math.min(Math.max(at + step, 0), stops.length - 1)].focus();
    });
    search.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, 120); });
    search.addEventListener("submit", (e) => { e.preventDefault(); clearTimeout(timer); look(); });
    const query = search.querySelector("input[type=search]");
    if (query.value !== query.defaultValue) look(); // typed before this script was here
  }
})();
