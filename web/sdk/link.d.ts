/** Types of link.js, which defines window.Fairlead. */

/** What happens while a person links an account, in order. */
export type FairleadEventName =
  | "ready" | "open" | "institution_selected" | "step" | "submitted" | "connected" | "error" | "exit" | "success";

export interface FairleadEvent {
  event: FairleadEventName;
  /** Id of the link; null before its page has answered. */
  session: string | null;
  /** When, RFC 3339. */
  at: string;
  data: Record<string, unknown>;
}

export interface FairleadOptions {
  /** The link's token, as your server got it. A new one for each person and time. */
  token: string;
  /** The person has finished. Called once, with what your API's dialect gives at the end (for the native one: code). */
  onSuccess?: (result: any) => void;
  /** It ended without success. Called once; reason says why where that is known. */
  onExit?: (result: any) => void;
  onEvent?: (event: FairleadEvent) => void;
  /** open() will show something at once. Calling it earlier is fine: it waits. */
  onReady?: () => void;
  /** Element, or a selector of one, to show the page in, instead of a dialog over yours. */
  container?: Element | string;
  /** en, pt-BR or es; without it, the link's or the browser's. */
  language?: string;
  /** JSON that goes with the link and is given back to your server; at most 4096 bytes of UTF-8: more is left out, and the console says so. */
  metadata?: unknown;
  /** Where Fairlead is, if the script did not come from there. */
  origin?: string;
}

export interface FairleadHandler {
  /** Shows the page. A second call while it is shown does nothing. */
  open(): void;
  /** Takes the page away and gives back scroll and focus. The link stays good: open() shows where it stands. */
  close(): void;
  /** close(), for good. */
  destroy(): void;
}

export interface FairleadStatic {
  readonly version: string;
  create(options: FairleadOptions): FairleadHandler;
}

declare global {
  interface Window { Fairlead: FairleadStatic }
  const Fairlead: FairleadStatic;
}
