// link.js: shows a link's page inside the application's own.
//
// The token is posted by form into a named frame, so that it never stands in an
// address; what happens in there comes back as messages between exactly two
// origins. Strict policies of the host page are fine: frame-src and form-action
// must name our origin, style-src need not, since no style is written as text.

import type { FairleadEventName, FairleadHandler, FairleadOptions, FairleadStatic } from "../link";

const script = document.currentScript as HTMLScriptElement | null;
const ownOrigin = script?.src ? new URL(script.src).origin : "";
const answerTimeout = 20_000; // milliseconds until a page that does not answer is given up
const loadTimeout = 90_000; // the same of one whose scripts are still on their way: somebody may be reading or typing there
const optionNames = ["token", "onSuccess", "onExit", "onEvent", "onReady", "container", "language", "metadata", "origin"];

let frames = 0, locks = 0, unlock = () => {};

/** The page behind a dialog does not scroll; whatever it had before comes back. */
function lockScroll() {
  if (locks++ > 0) return;
  const { style, clientWidth } = document.documentElement;
  const before = [style.overflow, style.paddingRight];
  const bar = innerWidth - clientWidth;
  style.overflow = "hidden";
  if (bar > 0) style.paddingRight = bar + "px";
  unlock = () => ([style.overflow, style.paddingRight] = before);
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "string") return value === "" ? "an empty string" : `a string of ${value.length} characters`;
  return Array.isArray(value) ? "an array" : `a value of type ${typeof value}`;
}

function reject(name: string, expected: string, value: unknown): never {
  throw new TypeError(`Fairlead.create: ${name} must be ${expected}; received ${describe(value)}.`);
}

/** A mistake of the caller is named at once, with what was expected; never the token itself. */
function check(options: FairleadOptions<never, never>): void {
  if (typeof options !== "object" || options === null) reject("its argument", "an object like {token, onSuccess}", options);
  for (const name of Object.keys(options)) {
    if (optionNames.includes(name)) continue;
    const near = optionNames.find((k) => k.toLowerCase() === name.toLowerCase().replace(/[_-]/g, ""));
    throw new TypeError(`Fairlead.create: there is no option "${name}"${near ? `; did you mean "${near}"?` : `. There are: ${optionNames.join(", ")}.`}`);
  }
  const { token, language, origin } = options;
  if (typeof token !== "string" || token.trim().length < 20) reject("token", "the token of a link, as your server got it", token);
  for (const name of ["onSuccess", "onExit", "onEvent", "onReady"] as const) {
    if (options[name] !== undefined && typeof options[name] !== "function") reject(name, "a function", options[name]);
  }
  if (language !== undefined && typeof language !== "string") reject("language", 'a tag like "pt-BR"', language);
  if (!ownOrigin && !origin) reject("origin", "the address of your Fairlead server, because the script was not loaded from there", origin);
}

/** Metadata as it is posted. What the server would refuse is left out and named: an application's page must not break by it. */
function metadataOf(value: unknown): string | undefined {
  try {
    const text = JSON.stringify(value);
    const size = new TextEncoder().encode(text).length; // bytes, as the server counts them
    if (size <= 4096) return text;
    throw new RangeError(`it must be at most 4096 bytes of JSON; received ${size}`);
  } catch (error) { console.warn(`Fairlead: the metadata is left out: ${error}.`); }
}

function styled<K extends keyof HTMLElementTagNameMap>(tag: K, style: Partial<CSSStyleDeclaration>): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  Object.assign(element.style, style);
  return element;
}

/** Takes an element away: at once, or hidden until what was sent from in there is surely answered. */
function takeAway(element: HTMLElement, linger: number): void {
  element.style.display = "none";
  linger ? setTimeout(() => element.remove(), linger) : element.remove();
}

/** Slides an element to where it is, or away from there; by script, since the host's policy may forbid written styles. Answers in how many milliseconds. */
function slide(element: HTMLElement, from: Keyframe, direction: PlaybackDirection): number {
  const duration = matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : direction === "normal" ? 280 : 160;
  if (duration) element.animate([from, {}], { duration, direction, easing: "cubic-bezier(.2,.8,.2,1)", fill: "both" });
  return duration;
}

/** The sheet over the page: a modal dialog, above everything whatever its z-index; full size on a phone. */
function overlay(frame: HTMLIFrameElement, leave: () => void) {
  const sheet = styled("dialog", {
    position: "fixed", inset: "0", width: "100%", height: "100%", maxWidth: "none", maxHeight: "none", margin: "0", padding: "0", border: "0",
    background: "rgba(10, 14, 22, .55)", display: "grid", placeItems: "center", zIndex: "2147483647", overflow: "hidden", boxSizing: "border-box",
  });
  sheet.setAttribute("aria-label", frame.title);
  const desk = (size: string) => `clamp(0px, (100vw - 29.5rem) * 99, ${size})`; // 0 on a phone
  Object.assign(frame.style, {
    width: "min(100%, 29rem)", height: "100%", maxHeight: `min(100% - ${desk("3rem")}, 45rem + clamp(0px, (29.5rem - 100vw) * 99, 100vh))`,
    borderRadius: desk("20px"), boxShadow: "0 24px 70px rgba(0, 0, 0, .35)",
  });
  sheet.append(frame);
  sheet.addEventListener("cancel", (event) => (event.preventDefault(), leave()));
  const before = document.activeElement as HTMLElement | null;
  const move = (direction: PlaybackDirection) => {
    slide(sheet, { backgroundColor: "rgba(10, 14, 22, 0)" }, direction);
    return slide(frame, innerWidth < 480 ? { transform: "translateY(100%)" } : { transform: "translateY(2.5rem)", opacity: 0 }, direction);
  };
  return {
    show: () => (document.body.append(sheet), sheet.showModal(), lockScroll(), move("normal"), frame.focus()),
    remove(linger = 0) {
      const away = () => {
        sheet.close();
        takeAway(sheet, linger);
        if (--locks === 0) unlock();
        before?.focus?.({ preventScroll: true });
      };
      const wait = move("reverse");
      wait ? setTimeout(away, wait) : away();
    },
  };
}

/** The element that was named holds the frame, which fills it. */
function inline(frame: HTMLIFrameElement, into: Element) {
  Object.assign(frame.style, { width: "100%", height: "100%", minHeight: "38rem" });
  return { show: () => into.append(frame), remove: (linger = 0) => takeAway(frame, linger) };
}

function create<Success, Exit>(options: FairleadOptions<Success, Exit>): FairleadHandler {
  check(options);
  const origin = options.origin ? new URL(options.origin).origin : ownOrigin;
  let [ready, openWhenReady, destroyed] = [false, false, false]; // open() may come before the document is there
  let ended = false; // success or exit was reported
  let session: string | null = null;
  let shown: { dismiss(): void; leave(): void } | null = null;
  const reported = new Set<string>();

  function report(event: FairleadEventName, data: Record<string, unknown>, at = new Date().toISOString()): void {
    try {
      options.onEvent?.({ event, session, at, data });
    } finally {
      if (event === "success" && !ended) (ended = true), options.onSuccess?.(data as Success);
      if (event === "exit" && !ended) (ended = true), options.onExit?.(data as Exit);
    }
  }

  /** A page is loaded anew at every step and says where it stands: what has been reported is not reported again. */
  function receive(message: { event: FairleadEventName; session?: string; at?: string; data?: Record<string, unknown> }): void {
    const event = message.event === "ready" ? "open" : message.event;
    const data = message.data ?? {};
    session = message.session ?? session;
    const key = event === "open" ? event : event + JSON.stringify(data);
    if (event !== "submitted" && reported.has(key)) return;
    if (event === "institution_selected") for (const k of reported) if (k.startsWith(event)) reported.delete(k);
    if (event === "step") for (const k of reported) if (k.startsWith("step") || k.startsWith("error")) reported.delete(k);
    reported.add(key);
    if (event === "success" || event === "exit") shown?.dismiss();
    report(event, data, message.at);
  }

  function fail(reason: string, sentence: string): void {
    console.error("Fairlead: " + sentence);
    report("error", { kind: reason, message: sentence });
    shown?.dismiss();
    report("exit", { reason, error: reason, message: sentence });
  }

  function show(): void {
    const into = typeof options.container === "string" ? document.querySelector(options.container) : options.container;
    if (options.container && !into) throw new TypeError("Fairlead.create: container must be an element of this page, or a selector that finds one; it found nothing.");
    const frame = styled("iframe", { border: "0", display: "block", background: "Canvas" });
    frame.name = `fairlead-${++frames}-${Math.random().toString(36).slice(2)}`;
    frame.title = "Connect your accounts";
    let [answered, loaded, leaving] = [false, false, 0];
    const leave = () => {
      if (!answered) return dismiss(), report("exit", { reason: "closed" });
      frame.contentWindow?.postMessage({ type: "fairlead", event: "leave" }, origin);
      leaving ||= setTimeout(() => shown && (dismiss(answerTimeout), report("exit", { reason: "closed" })), 2_000);
    };
    const sheet = into ? inline(frame, into) : overlay(frame, leave);
    const listen = (event: MessageEvent) => {
      if (event.source !== frame.contentWindow || event.origin !== origin || event.data?.type !== "fairlead") return;
      answered = true;
      // The page that was to be left asks first whether that is meant: the person answers there.
      if (event.data.event !== "submitted") clearTimeout(leaving), (leaving = 0);
      if (event.data.event !== "asking") receive(event.data);
    };
    const refused = (event: SecurityPolicyViolationEvent) => {
      if (!event.blockedURI.startsWith(origin) || !["frame-src", "form-action"].includes(event.effectiveDirective)) return;
      fail("blocked", `this page's Content-Security-Policy must name ${origin} in ${event.effectiveDirective}; received one that does not.`);
    };
    const giveUp = () => {
      if (!answered) fail("unreachable", `the page at ${origin} did not answer. Is the server up, is the token fresh, and is ${location.origin} one of the application's allowed origins?`);
    };
    let timer = setTimeout(() => (loaded ? giveUp() : (timer = setTimeout(giveUp, loadTimeout - answerTimeout))), answerTimeout);
    const dismiss = (linger = 0) => {
      for (const t of [timer, leaving]) clearTimeout(t);
      removeEventListener("message", listen);
      document.removeEventListener("securitypolicyviolation", refused);
      shown = null;
      sheet.remove(linger);
    };
    shown = { dismiss, leave };
    addEventListener("message", listen);
    document.addEventListener("securitypolicyviolation", refused);
    sheet.show();
    frame.addEventListener("load", () => (loaded = greet(frame, origin)));
    post(frame, origin, options);
  }

  const begin = () => {
    if (destroyed) return;
    ready = true;
    report("ready", {});
    options.onReady?.();
    if (openWhenReady && !destroyed && !shown) show();
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin, { once: true });
  else queueMicrotask(begin);
  return {
    open() {
      if (destroyed) throw new Error("Fairlead: open() was called after destroy(); create a new handler with a new token.");
      openWhenReady = true;
      if (ready && !shown) show();
    },
    close: () => ((openWhenReady = false), shown?.dismiss()),
    destroy: () => ((destroyed = true), shown?.dismiss()),
  };
}

/** Says hello to a page of ours, so that it knows the origin to talk to; the empty one before it is left alone. */
function greet(frame: HTMLIFrameElement, origin: string): boolean {
  try { if (frame.contentWindow!.location.href === "about:blank") return false; } catch { /* of another origin: ours */ }
  frame.contentWindow?.postMessage({ type: "fairlead", event: "hello" }, origin);
  return true;
}

/** Posts the token into the frame. */
function post(frame: HTMLIFrameElement, origin: string, options: FairleadOptions<never, never>): void {
  const form = styled("form", { display: "none" });
  // Without a charset of its own the form would speak as the application's page does.
  Object.assign(form, { method: "post", acceptCharset: "utf-8", action: origin + "/f", target: frame.name });
  const fields: Record<string, string | undefined> = { token: options.token.trim(), lang: options.language, metadata: metadataOf(options.metadata) };
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  document.body.append(form);
  form.submit();
  form.remove();
}

const fairlead: FairleadStatic = Object.freeze({ version: "1", create });
if (!window.Fairlead) window.Fairlead = fairlead; // the script twice: the first one stays
