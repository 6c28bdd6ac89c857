import { createHmac, timingSafeEqual } from "node:crypto";
import { WebhookError } from "./errors.js";
import { revive } from "./revive.js";
import type { Event } from "./types.js";

/** Headers as node:http, Express or fetch have them. */
export type IncomingHeaders = Headers | Record<string, string | string[] | undefined>;

export interface VerifyOptions {
  /** How many seconds a message may be old, or ahead of this clock. Default 300. */
  tolerance?: number;
  /** What the time is now; for tests. */
  now?: Date;
}

/**
 * Checks a webhook by Standard Webhooks and returns its event. The body must be as it arrived, before any JSON parser.
 * Several secrets are good while one is replaced. Throws a WebhookError.
 */
export function verifyWebhook(body: string | Uint8Array, headers: IncomingHeaders, secret: string | readonly string[], options: VerifyOptions = {}): Event {
  const secrets = typeof secret === "string" ? [secret] : secret;
  if (!Array.isArray(secrets) || secrets.length === 0 || secrets.some((s) => typeof s !== "string" || s === "")) throw new TypeError("verifyWebhook: the secret of the endpoint must be given");
  if (typeof body !== "string" && !(body instanceof Uint8Array)) throw new TypeError("verifyWebhook: the body must be text or bytes as they arrived, not parsed");
  const id = headerOf(headers, "webhook-id"), timestamp = headerOf(headers, "webhook-timestamp"), signatures = headerOf(headers, "webhook-signature");
  if (!id || !timestamp || !signatures) throw new WebhookError("the headers webhook-id, webhook-timestamp and webhook-signature must be there");
  if (!/^\d{1,12}$/.test(timestamp)) throw new WebhookError("webhook-timestamp is no time");
  const age = Math.floor((options.now ?? new Date()).getTime() / 1000) - Number(timestamp);
  if (!(Math.abs(age) <= (options.tolerance ?? 300))) throw new WebhookError(age > 0 ? "the message is too old" : "the message is from the future");

  const content = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), Buffer.from(body as Uint8Array)]);
  const expected = secrets.map((s) => createHmac("sha256", keyOf(s)).update(content).digest());
  let good = false;
  for (const part of signatures.split(" ")) {
    const [version, signature] = part.split(",");
    if (version !== "v1" || !signature) continue;
    const given = Buffer.from(signature, "base64");
    for (const e of expected) if (given.length === e.length && timingSafeEqual(given, e)) good = true;
  }
  if (!good) throw new WebhookError("no signature is the endpoint's");
  let event: unknown;
  try {
    event = revive(JSON.parse(typeof body === "string" ? body : Buffer.from(body).toString("utf8")));
  } catch (cause) {
    throw new WebhookError("the body is no JSON", { cause });
  }
  if (typeof (event as Event | null)?.id !== "string" || typeof (event as Event).type !== "string") throw new WebhookError("the body is no event");
  return event as Event;
}

function keyOf(secret: string): Buffer {
  const text = secret.startsWith("whsec_") ? secret.slice("whsec_".length) : secret;
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text) || text === "") throw new TypeError("verifyWebhook: the secret of the endpoint is not as Fairlead gave it");
  return Buffer.from(text, "base64");
}

function headerOf(headers: IncomingHeaders, name: string): string | undefined {
  if (typeof (headers as Headers).get === "function") return (headers as Headers).get(name) ?? undefined;
  for (const [key, value] of Object.entries(headers as Record<string, string | string[] | undefined>)) {
    if (key.toLowerCase() === name) return Array.isArray(value) ? value.join(" ") : value;
  }
  return undefined;
}
