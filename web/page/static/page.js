// What a script can hasten: nothing here is needed for the page to work.
(() => {
  "use strict";
  const page = document.body.dataset;
  const params = new URLSearchParams(location.search);
  const query = () => (String(params) ? "?" + params : "");

  // One-time messages of the address (a notice, a wrong field) are gone after a reload.
  if (params.has("note") || params.has("wrong")) {
    params.delete("note");
    params.delete("wrong");
    history.replaceState(null, "", location.pathname + query());
  }

  // The focus goes where reading begins: to the first wrong field, or to the heading.
  const wrong = document.querySelector("main [aria-invalid=true]");
  const heading = document.getElementById("heading");
  const problem = document.querySelector("#problem, main .error:not([hidden])");
  const typed = page.stage === "conversation" && !problem && document.querySelector("main .box input");
  (wrong || typed || heading)?.focus({ preventScroll: !wrong });

  // A form is sent once.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.window) return openWindow(form);
    if (form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    (event.submitter || form.querySelector(".button"))?.setAttribute("aria-disabled", "true");
    if (form.matches("main form")) report("submitted", { stage: page.stage, action: form.action.split("?")[0].split("/").pop() });
  });
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of document.forms) delete form.dataset.sent;
    for (const b of document.querySelectorAll("[aria-disabled]")) b.removeAttribute("aria-disabled");
  });

  // A visit to the institution from a frame has a window of its own, which is
  // closed from here when it is over. It gets no hold on this page.
  let institutionWindow;
  function openWindow(form) {
    const size = "popup,width=520,height=720,left=" + Math.max(0, (screen.width - 520) / 2) + ",top=" + Math.max(0, (screen.height - 720) / 3);
    institutionWindow = open("", form.dataset.window, size);
    if (!institutionWindow) return; // the form opens a tab by itself
    try {
      institutionWindow.opener = null;
    } catch {
      /* a window of before, somewhere else by now */
    }
    form.target = form.dataset.window;
    institutionWindow.focus();
    report("submitted", { stage: page.stage, action: "go" });
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
  }

  // What goes on by itself is looked after, quietly, while the page is seen.
  if (page.poll) {
    let seconds = Number(page.poll);
    let typed = false;
    let timer;
    document.addEventListener("input", () => (typed = true));
    const look = async () => {
      clearTimeout(timer);
      try {
        const answer = await fetch(page.state, { cache: "no-store" });
        const now = answer.ok ? await answer.json() : { key: "" };
        if (now.key !== page.key && !typed) {
          institutionWindow?.close();
          return location.replace(location.pathname + query());
        }
        seconds = now.wait || seconds;
        const left = document.getElementById("left");
        if (left && now.left) left.textContent = now.left;
      } catch {
        seconds = Math.min(seconds * 2, 15);
      }
      clearTimeout(timer);
      timer = setTimeout(look, seconds * 1000);
    };
    timer = setTimeout(look, seconds * 1000);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
  }

  if (document.querySelector("[data-closes]")) close();

  // In a frame, the opener hears what happens, at its exact origin and after
  // it has said hello from there.
  const queue = [];
  let opener;
  function report(event, data) {
    const message = { type: "fairlead", event, session: page.session || null, at: new Date().toISOString(), data };
    if (opener) parent.postMessage(message, opener);
    else queue.push(message);
  }
  if (parent === window || !(page.session || page.refused)) return;
  addEventListener("message", (event) => {
    if (event.source !== parent || event.data?.type !== "fairlead") return;
    if (event.data.event === "leave" && event.origin === opener) document.querySelector("form[action*='/leave'], form[action*='/finish']")?.requestSubmit();
    if (event.data.event !== "hello" || opener) return;
    opener = event.origin;
    for (const message of queue.splice(0)) parent.postMessage(message, opener);
  });
  if (page.refused) {
    const why = { reason: page.refused, error: page.refused, message: page.detail };
    report("error", { kind: page.refused, message: page.detail });
    return report("exit", why);
  }
  const read = (text) => { try { return JSON.parse(text); } catch { return null; } };
  const at = { stage: page.stage, institution_id: page.institution || null };
  report("ready", at);
  if (page.institution) report("institution_selected", { institution_id: page.institution, institution_name: page.institutionName });
  report("step", { ...at, turn: Number(page.turn), form: page.form || null });
  for (const made of read(page.connected) || []) report("connected", made);
  if (page.problem) report("error", { ...at, kind: page.problem });
  if (page.outcome) report(page.outcome, read(page.message) || { ...at, reason: page.problem || null, connections: read(page.connected) });
  addEventListener("keydown", (e) => { if (e.key === "Escape") document.querySelector("button[name=cancel]")?.focus(); });
})();
