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

/** What the native API gives when the person has finished. */
export interface LinkSuccess {
  status: "finished";
  link_id: string;
  /** For your server, which exchanges it once and within 60 seconds. */
  code: string;
  connection_ids?: string[];
  /** Connected, and yet nothing could be fetched so far: why. */
  error?: string;
  metadata?: unknown;
}

/** What it gives when the link ended without success. */
export interface LinkExit {
  /** How the link stands; absent where its page did not answer. */
  status?: string;
  link_id?: string;
  /** What went wrong, in the machine's word. Absent where the person left: that is no error. */
  error?: string;
  /** Where link.js itself ended it: closed (by the person, before the page had answered), unreachable, blocked (by your policy), or a kind of error. */
  reason?: string;
  /** A sentence for developers, where link.js itself ended it. */
  message?: string;
  metadata?: unknown;
}

/** Success and Exit are what the dialect of your API gives; those of the native one unless said otherwise. */
export interface FairleadOptions<Success = LinkSuccess, Exit = LinkExit> {
  /** The link's token, as your server got it. A new one for each person and time. */
  token: string;
  /** The person has finished. Called once. */
  onSuccess?: (result: Success) => void;
  /** It ended without success: the person left, or there is an error. Called once. */
  onExit?: (result: Exit) => void;
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
  create<Success = LinkSuccess, Exit = LinkExit>(options: FairleadOptions<Success, Exit>): FairleadHandler;
}

declare global {
  interface Window { Fairlead: FairleadStatic }
  const Fairlead: FairleadStatic;
}
