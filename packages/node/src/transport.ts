import { randomUUID } from "node:crypto";
import { errorOf, TransportError, type FairleadError } from "./errors.js";
import { revive } from "./revive.js";
import type { Problem } from "./types.js";

/** The version of this package. */
export const version = "0.1.0";

export interface Options {
  /** Where your Fairlead server is, like https://link.example.com. */
  url: string | URL;
  clientId: string;
  clientSecret: string;
  /** How long one attempt may take, in milliseconds. Default 60 000. */
  timeout?: number;
  /** How often a request is tried again. Default 2. */
  maxRetries?: number;
  /** The longest wait before trying again, in milliseconds. Default 30 000. */
  maxRetryDelay?: number;
  /** Instead of the global fetch. */
  fetch?: typeof fetch;
}

/** What one request may have of its own; the last argument of every method. */
export interface RequestOptions {
  /** Makes trying again safe; made for each POST unless given. Letters, digits and hyphens, at most 255. */
  idempotencyKey?: string;
  signal?: AbortSignal;
  timeout?: number;
  maxRetries?: number;
}

export interface Call extends RequestOptions {
  query?: object;
  /** Sent as JSON; bytes are sent as they are. */
  body?: unknown;
  /** The request does nothing twice by itself, and is tried again without a key. */
  idempotent?: boolean;
}

const retried = new Set([429, 500, 502, 503, 504]);
const safe = new Set(["GET", "HEAD", "PUT", "DELETE"]);

/** Sends requests, and again where that is safe. */
export class Transport {
  readonly #base: URL;
  readonly #authorization: string;
  readonly #options: Required<Pick<Options, "timeout" | "maxRetries" | "maxRetryDelay">>;
  readonly #fetch: typeof fetch;

  constructor(options: Options) {
    for (const name of ["url", "clientId", "clientSecret"] as const) {
      if (!options?.[name]) throw new TypeError(`new Fairlead: ${name} must be given`);
    }
    this.#base = new URL(options.url);
    if (!["http:", "https:"].includes(this.#base.protocol)) throw new TypeError("new Fairlead: url must be an address like https://link.example.com");
    if (this.#base.username || this.#base.password) throw new TypeError("new Fairlead: url must have no user name or password in it");
    this.#authorization = "Basic " + Buffer.from(`${options.clientId}:${options.clientSecret}`).toString("base64");
    this.#options = { timeout: options.timeout ?? 60_000, maxRetries: options.maxRetries ?? 2, maxRetryDelay: options.maxRetryDelay ?? 30_000 };
    this.#fetch = options.fetch ?? fetch;
  }

  /** The JSON of an answer, decimals as Decimal; undefined where it has none. */
  async json<T>(method: string, path: string, call: Call = {}): Promise<T> {
    return this.#send(method, path, call, async (response) => {
      const text = await response.text();
      return (text === "" ? undefined : revive(JSON.parse(text))) as T;
    });
  }

  /** The bytes of an answer, with its headers. */
  async bytes(method: string, path: string, call: Call = {}): Promise<{ bytes: Uint8Array; headers: Headers }> {
    return this.#send(method, path, call, async (response) => ({ bytes: new Uint8Array(await response.arrayBuffer()), headers: response.headers }));
  }

  async #send<T>(method: string, path: string, call: Call, read: (response: Response) => Promise<T>): Promise<T> {
    const headers = new Headers({ Authorization: this.#authorization, Accept: "application/json, */*;q=0.5", "User-Agent": `fairlead-node/${version}` });
    const init: RequestInit = { method, headers, redirect: "error" };
    if (call.body instanceof Uint8Array) {
      headers.set("Content-Type", "application/octet-stream");
      init.body = call.body as NonNullable<RequestInit["body"]>;
    } else if (call.body !== undefined) {
      headers.set("Content-Type", "application/json");
      init.body = JSON.stringify(call.body);
    }
    // The server heeds a key of POST alone: with one, nothing else may be repeated.
    if (method === "POST" && !call.idempotent) headers.set("Idempotency-Key", call.idempotencyKey || randomUUID());
    const again = safe.has(method) || call.idempotent === true || headers.has("Idempotency-Key");
    const attempts = 1 + (again ? call.maxRetries ?? this.#options.maxRetries : 0);
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#attempt(this.#address(path, call.query), init, call, read);
      if ("value" in outcome) return outcome.value;
      const wait = outcome.again ? this.#wait(attempt, outcome.error.retryAfter) : undefined;
      if (attempt >= attempts || wait === undefined) throw outcome.error;
      await sleep(wait, call.signal);
    }
  }

  async #attempt<T>(address: URL, init: RequestInit, call: Call, read: (response: Response) => Promise<T>): Promise<{ value: T } | { error: FairleadError; again: boolean }> {
    const limit = AbortSignal.timeout(call.timeout ?? this.#options.timeout);
    const signal = call.signal ? AbortSignal.any([call.signal, limit]) : limit;
    try {
      const response = await this.#fetch(address, { ...init, signal });
      if (response.ok) return { value: await read(response) };
      const retryAfter = secondsOf(response.headers.get("Retry-After"));
      const requestId = response.headers.get("Fairlead-Request-Id") ?? undefined;
      const error = errorOf(response.status, { body: problemOf(await response.text()), requestId, retryAfter });
      return { error, again: retried.has(response.status) || (response.status === 409 && retryAfter !== undefined) };
    } catch (cause) {
      if (call.signal?.aborted) throw call.signal.reason;
      const why = limit.aborted ? "no answer in time" : "no answer";
      return { error: new TransportError(`${why} from ${address.origin}${address.pathname}`, { cause }), again: true };
    }
  }

  /** Milliseconds until the next attempt; undefined: that would be too long. */
  #wait(attempt: number, retryAfter: number | undefined): number | undefined {
    const { maxRetryDelay } = this.#options;
    if (retryAfter !== undefined) return retryAfter * 1000 > maxRetryDelay ? undefined : retryAfter * 1000 + Math.random() * 250;
    return Math.min(maxRetryDelay, 500 * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2);
  }

  #address(path: string, query: object = {}): URL {
    const address = new URL(this.#base);
    address.pathname = this.#base.pathname.replace(/\/$/, "") + path;
    for (const [name, value] of Object.entries(query)) {
      if (value === undefined || value === null) continue;
      if (name === "answer") for (const one of value as string[]) address.searchParams.append(name, one);
      else address.searchParams.set(name, Array.isArray(value) ? value.join(",") : String(value));
    }
    return address;
  }
}

/** Puts an id into an address. */
export const at = (id: string): string => {
  if (typeof id !== "string" || id === "") throw new TypeError("fairlead: an id must be given");
  return encodeURIComponent(id);
};

function problemOf(text: string): Problem | string {
  try {
    const body: unknown = JSON.parse(text);
    if (body !== null && typeof body === "object" && "kind" in body) return body as Problem;
  } catch { /* not Fairlead's: something between */ }
  return text.slice(0, 2000);
}

function secondsOf(header: string | null): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header)) return Number(header);
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - Date.now()) / 1000));
}

function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    const stop = () => (clearTimeout(timer), reject(signal!.reason as Error));
    const timer = setTimeout(() => (signal?.removeEventListener("abort", stop), resolve()), milliseconds);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
