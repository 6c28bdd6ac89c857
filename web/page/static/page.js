// What a script can hasten: nothing here is needed for the page to work.
(() => {
  "use strict";
  const page = document.body.dataset;
  const params = new URLSearchParams(location.search);
  const query = () => (String(params) ? "?" + params : "");

  // One-time messages of the address (a notice, a wrong field) are gone after a reload.
  const arrived = performance.getEntriesByType?.("navigation")[0]?.type;
  if (page.behind && (arrived === "back_forward" || params.has("back"))) return document.getElementById("goback").submit();
  if (page.earlier && arrived === "back_forward") return history.back(); // nothing is there to go back to but what is shown
  // The address names where the link stands, for the browser's way back.
  if (page.position) params.set("at", page.position);
  if (page.position || params.has("note") || params.has("wrong")) {
    params.delete("note");
    params.delete("wrong");
    history.replaceState(null, "", location.pathname + query());
  }

  // The focus goes where reading begins: to the first wrong field, or to the heading. Who
  // was faster than this script, and types already, is left there.
  const refused = [...document.querySelectorAll("main [aria-invalid=true]")];
  const wrong = refused.find((field) => !field.value) || refused[0];
  const heading = document.getElementById("heading");
  const problem = document.querySelector("#problem, main .error:not([hidden])");
  const typed = page.stage === "conversation" && !problem && document.querySelector("main .box input");
  const untouched = !document.activeElement || document.activeElement === document.body;
  if (untouched) (wrong || typed || heading)?.focus({ preventScroll: !wrong });

  // A change of pages that the browser gives up is no error.
  for (const kind of ["pageswap", "pagereveal"]) {
    addEventListener(kind, (event) => {
      for (const end of ["ready", "finished", "updateCallbackDone"]) event.viewTransition?.[end].catch(() => {});
    });
  }

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
    if (page.stage && params.has("at")) { // the browser went back without asking: where the link stands may be elsewhere
      params.set("back", "1");
      return location.replace(location.pathname + query());
    }
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

  // What is typed is not lost to a page that is loaded anew.
  let dirty = [...document.querySelectorAll("main input")].some((i) => i.value !== i.defaultValue); // before this script was here
  document.addEventListener("input", () => (dirty = true));

  // What goes on by itself is looked after, quietly, while the page is seen.
  if (page.poll) {
    let seconds = Number(page.poll);
    let timer;
    // What the person has just sent must not be overtaken by a page that is loaded anew.
    const sending = () => [...document.forms].some((f) => f.dataset.sent);
    const look = async () => {
      clearTimeout(timer);
      try {
        const answer = await fetch(page.state, { cache: "no-store" });
        const now = answer.ok ? await answer.json() : { key: "" };
        if (now.key !== page.key && !dirty && !sending()) {
          institutionWindow?.close();
          params.delete("at"); // that of where it stands now
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
  document.addEventListener("asking", () => report("asking", {})); // the page around it waits for the answer
  addEventListener("message", (event) => {
    if (event.source !== parent || event.data?.type !== "fairlead") return;
    if (event.data.event === "leave" && event.origin === opener) {
      if (document.querySelector("dialog[open]")) return report("asking", {});
      document.querySelector("form[action*='/leave'], form[action*='/finish']")?.requestSubmit();
    }
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
