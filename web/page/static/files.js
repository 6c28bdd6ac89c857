// Hastens the forms about files: a list of those that are chosen, with progress while they
// are sent, and the preview of a mapping as it changes. Without it, the forms work as they are.
(() => {
  "use strict";
  const el = (tag, attributes = {}, ...children) => {
    const e = Object.assign(document.createElement(tag), attributes);
    e.append(...children);
    return e;
  };
  const unlock = (form) => {
    delete form.dataset.sent;
    for (const b of form.querySelectorAll("[aria-disabled]")) b.removeAttribute("aria-disabled");
  };

  for (const drop of document.querySelectorAll("[data-several]")) takeSeveral(drop);
  const mapping = document.querySelector("form[data-mapping]");
  if (mapping) previewLive(mapping);

  // takeSeveral collects files in the input itself: what is listed is what the form sends.
  function takeSeveral(drop) {
    const input = drop.querySelector("input");
    const words = { ...drop.dataset, ...input.dataset };
    const field = drop.closest(".field");
    const form = input.form;
    const [list, status, error] = [field.querySelector(".chosen"), field.querySelector("[data-count]"), field.querySelector(".error[hidden]")];
    let files = [];
    const chosenBefore = [...input.files]; // the person may be faster than this script
    try {
      input.files = new DataTransfer().files;
    } catch {
      return; // the browser's own way to choose stays
    }
    drop.classList.add("hastened");
    drop.addEventListener("dragover", () => drop.classList.add("over"));
    for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("over"));
    drop.addEventListener("drop", (e) => { e.preventDefault(); add(e.dataTransfer.files); });
    for (const kind of ["dragover", "drop"]) addEventListener(kind, (e) => e.preventDefault()); // beside the zone, a file would take the page's place
    input.addEventListener("change", () => add(input.files));

    const same = (a, b) => a.name === b.name && a.size === b.size && a.lastModified === b.lastModified;
    function add(more) {
      for (const file of more) if (!files.some((f) => same(f, file))) files.push(file);
      show();
    }
    function problemOf(file) {
      const text = file.size === 0 ? words.empty : file.size > Number(words.max || Infinity) ? words.large : "";
      return text.replace("%name%", () => file.name);
    }
    function show() {
      const chosen = new DataTransfer();
      for (const file of files) chosen.items.add(file);
      input.files = chosen.files;
      list.replaceChildren(...files.map(entry));
      list.hidden = files.length === 0;
      status.textContent = files.length === 1 ? words.one : files.length > 1 ? words.other.replace("%name%", files.length) : "";
      const refusal = files.map(problemOf).find(Boolean) || (files.length > Number(words.most) ? words.many : "");
      error.hidden = !refusal;
      error.textContent = refusal;
      input.setCustomValidity(refusal);
      if (refusal) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    }
    function entry(file) {
      const remove = el("button", { type: "button", className: "quiet", textContent: "\u00d7" });
      remove.setAttribute("aria-label", words.remove.replace("%name%", () => file.name));
      remove.addEventListener("click", () => {
        const at = files.indexOf(file);
        files.splice(at, 1);
        show();
        const next = list.querySelectorAll("button")[Math.min(at, files.length - 1)];
        (next || input).focus();
      });
      const name = el("span", { className: "name", textContent: file.name });
      const item = el("li", {}, el("span", { className: "label" }, name, el("span", { className: "detail", textContent: size(file.size) })), remove);
      if (problemOf(file)) item.className = "refused";
      return item;
    }
    function size(bytes) {
      const units = ["B", "KB", "MB", "GB"];
      let n = 0;
      for (; bytes >= 1000 && n < units.length - 1; n++) bytes /= 1024;
      return (n === 0 ? String(bytes) : bytes.toFixed(bytes < 10 ? 1 : 0).replace(".", words.decimal)) + "\u00a0" + units[n];
    }

    add(chosenBefore);

    // Sending shows how far it is; what the server answers is where the page goes.
    let sending;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (sending) return;
      if (files.length === 0) return unlock(form);
      const before = status.textContent;
      const progress = el("progress", { max: 100, value: 0 });
      progress.setAttribute("aria-label", words.sending);
      list.after(progress);
      status.textContent = words.sending;
      error.hidden = true;
      field.classList.add("sending");
      input.disabled = false;
      const body = new FormData(form);
      for (const b of [input, ...list.querySelectorAll("button")]) b.disabled = true;
      sending = new XMLHttpRequest();
      sending.open("POST", form.action);
      sending.upload.addEventListener("progress", (e) => { if (e.lengthComputable) progress.value = Math.floor((100 * e.loaded) / e.total); });
      sending.upload.addEventListener("load", () => { progress.removeAttribute("value"); status.textContent = words.sent; });
      const failed = () => {
        sending = undefined;
        progress.remove();
        field.classList.remove("sending");
        for (const b of [input, ...list.querySelectorAll("button")]) b.disabled = false;
        status.textContent = before;
        error.hidden = false;
        error.textContent = words.failed;
        unlock(form);
      };
      sending.addEventListener("error", failed);
      sending.addEventListener("load", () => {
        if (sending.status >= 400) return failed();
        location.replace(sending.responseURL);
      });
      sending.send(body);
    });
  }

  // previewLive posts the mapping as it stands whenever it changes, one post at a time: each
  // answer carries the turn that the next one must name.
  function previewLive(form) {
    const preview = document.getElementById("gives-preview");
    const count = document.getElementById("gives-count");
    const button = form.querySelector("[data-try]");
    const section = preview.parentElement;
    const controls = () => [...form.querySelectorAll("select, input:not([type=hidden])")];
    let timer, running, changed, submitter;
    button.hidden = true;
    const later = (wait) => { clearTimeout(timer); timer = setTimeout(post, wait); };
    form.addEventListener("input", (e) => later(e.target.matches("select") ? 120 : 500));
    form.addEventListener("submit", (event) => {
      clearTimeout(timer);
      if (!running) return;
      event.preventDefault(); // the answer under way brings the turn that this one must name
      event.stopImmediatePropagation();
      submitter = event.submitter || form.querySelector(".button");
    });

    async function post() {
      if (running) return void (changed = true);
      if (controls().some((c) => c.matches("input") && !c.validity.valid)) return; // a text is half typed
      running = true;
      changed = false;
      section.setAttribute("aria-busy", "true");
      const body = new URLSearchParams(new FormData(form));
      body.set("try", "yes");
      const sent = new Map(controls().map((c) => [c.name, c.value]));
      let wait = 0;
      try {
        let answer = await fetch(form.action, { method: "POST", body });
        if (answer.status === 429) {
          changed = true;
          wait = 1000 * Number(answer.headers.get("Retry-After") || 2);
        } else {
          const next = await shown(answer);
          if (!next) return location.replace(answer.url);
          show(next, sent);
        }
      } catch (e) {
        button.hidden = false; // what can't be fetched can still be sent
        console.warn("the preview failed", e);
      } finally {
        running = false;
        section.removeAttribute("aria-busy");
      }
      if (submitter) {
        const pressed = submitter;
        submitter = undefined;
        return form.requestSubmit(pressed);
      }
      if (changed) later(wait);
    }

    // shown is the form that an answer leads to, once the server has made it; undefined where
    // the link has gone on to something else.
    async function shown(answer) {
      for (let tries = 0; tries < 40; tries++) {
        if (!answer.ok) return;
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const next = page.querySelector("form[data-mapping]");
        if (next || !page.body.dataset.poll) return next;
        await new Promise((done) => setTimeout(done, 500));
        answer = await fetch(answer.url, { cache: "no-store" });
      }
    }

    // show puts the answer's preview in, and what the server has set otherwise, unless the
    // person has changed it meanwhile. No control is replaced: the focus stays where it is.
    function show(next, sent) {
      form.elements._turn.value = next.elements._turn.value;
      const [newPreview, newCount] = [next.querySelector("#gives-preview"), next.querySelector("#gives-count")];
      preview.replaceChildren(...document.adoptNode(newPreview).childNodes);
      if (count.textContent !== newCount.textContent) count.textContent = newCount.textContent;
      for (const c of controls()) {
        const set = next.elements[c.name];
        if (set && c.value === sent.get(c.name) && set.value !== c.value && c !== document.activeElement) c.value = set.value;
      }
    }
  }
})();
