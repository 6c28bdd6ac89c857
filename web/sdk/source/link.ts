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
const optionNames = ["token", "onSuccess", "onExit", "onEvent", "onReady", "container", "language", "metadata", "origin"];

let frames = 0;
let locks = 0, unlock = () => {};

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
function check(options: FairleadOptions): void {
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

/** The sheet over the page: a modal dialog, above everything whatever its z-index; full size on a phone. */
function overlay(frame: HTMLIFrameElement, leave: () => void) {
  const sheet = styled("dialog", {
    position: "fixed", inset: "0", width: "100%", height: "100%", maxWidth: "none", maxHeight: "none", margin: "0", padding: "0", border: "0",
    background: "rgba(10, 14, 22, .55)", display: "grid", placeItems: "center", zIndex: "2147483647", overflow: "hidden", boxSizing: "border-box",
  });
  sheet.setAttribute("aria-label", frame.title);
  Object.assign(frame.style, {
    width: "min(100%, 28rem)", height: "min(100%, 46rem)", borderRadius: "clamp(0px, (100vw - 28.5rem) * 9, 20px)", boxShadow: "0 24px 70px rgba(0, 0, 0, .35)",
  });
  sheet.append(frame);
  sheet.addEventListener("cancel", (event) => {
    event.preventDefault();
    leave();
  });
  const before = document.activeElement as HTMLElement | null;
  return {
    show() {
      document.body.append(sheet);
      sheet.showModal();
      lockScroll();
      frame.focus();
    },
    remove(linger = 0) {
      sheet.close();
      takeAway(sheet, linger);
      if (--locks === 0) unlock();
      before?.focus?.({ preventScroll: true });
    },
  };
}

/** The element that was named holds the frame, which fills it. */
function inline(frame: HTMLIFrameElement, into: Element) {
  Object.assign(frame.style, { width: "100%", height: "100%", minHeight: "38rem" });
  return { show: () => into.append(frame), remove: (linger = 0) => takeAway(frame, linger) };
}

function create(options: FairleadOptions): FairleadHandler {
  check(options);
  const origin = options.origin ? new URL(options.origin).origin : ownOrigin;
  let ready = false;
  let openWhenReady = false; // open() came before the document was there
  let destroyed = false;
  let ended = false; // success or exit was reported
  let session: string | null = null;
  let shown: { dismiss(): void; leave(): void } | null = null;
  const reported = new Set<string>();

  function report(event: FairleadEventName, data: Record<string, unknown>, at = new Date().toISOString()): void {
    try {
      options.onEvent?.({ event, session, at, data });
    } finally {
      if (event === "success" && !ended) (ended = true), options.onSuccess?.(data);
      if (event === "exit" && !ended) (ended = true), options.onExit?.(data);
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
    let answered = false;

    const leave = () => {
      if (!answered) return dismiss(), report("exit", { reason: "closed" });
      frame.contentWindow?.postMessage({ type: "fairlead", event: "leave" }, origin);
      setTimeout(() => shown && (dismiss(answerTimeout), report("exit", { reason: "closed" })), 2_000);
    };
    const sheet = into ? inline(frame, into) : overlay(frame, leave);
    const listen = (event: MessageEvent) => {
      if (event.source !== frame.contentWindow || event.origin !== origin || event.data?.type !== "fairlead") return;
      answered = true;
      receive(event.data);
    };
    const refused = (event: SecurityPolicyViolationEvent) => {
      if (!event.blockedURI.startsWith(origin) || !["frame-src", "form-action"].includes(event.effectiveDirective)) return;
      fail("blocked", `this page's Content-Security-Policy must name ${origin} in ${event.effectiveDirective}; received one that does not.`);
    };
    const timer = setTimeout(() => {
      if (!answered) fail("unreachable", `the page at ${origin} did not answer. Is the server up, is the token fresh, and is ${location.origin} one of the application's allowed origins?`);
    }, answerTimeout);
    const dismiss = (linger = 0) => {
      clearTimeout(timer);
      removeEventListener("message", listen);
      document.removeEventListener("securitypolicyviolation", refused);
      shown = null;
      sheet.remove(linger);
    };
    shown = { dismiss, leave };
    addEventListener("message", listen);
    document.addEventListener("securitypolicyviolation", refused);
    sheet.show();
    frame.addEventListener("load", () => greet(frame, origin));
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
    close() {
      openWhenReady = false;
      shown?.dismiss();
    },
    destroy() {
      destroyed = true;
      shown?.dismiss();
    },
  };
}

/** Says hello to a page of ours, so that it knows the origin to talk to; the empty one before it is left alone. */
function greet(frame: HTMLIFrameElement, origin: string): void {
  try { if (frame.contentWindow!.location.href === "about:blank") return; } catch { /* of another origin: ours */ }
  frame.contentWindow?.postMessage({ type: "fairlead", event: "hello" }, origin);
}

/** Posts the token into the frame. */
function post(frame: HTMLIFrameElement, origin: string, options: FairleadOptions): void {
  const form = styled("form", { display: "none" });
  form.method = "post";
  form.acceptCharset = "utf-8"; // else the form speaks as the application's page does
  form.action = origin + "/f";
  form.target = frame.name;
  const fields: Record<string, string | undefined> = { token: options.token.trim(), lang: options.language, metadata: metadataOf(options.metadata) };
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const field = document.createElement("input");
    [field.type, field.name, field.value] = ["hidden", name, value];
    form.append(field);
  }
  document.body.append(form);
  form.submit();
  form.remove();
}

const fairlead: FairleadStatic = Object.freeze({ version: "1", create });
if (!window.Fairlead) window.Fairlead = fairlead; // the script twice: the first one stays
