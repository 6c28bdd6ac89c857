import type { Problem } from "./types.js";

/** What is wrong with one field of a request. */
export interface FieldProblem {
  name: string;
  code: string;
  reason: string;
}

/** Whatever went wrong with a request. */
export class FairleadError extends Error {
  override name = "FairleadError";
  /** HTTP status; 0 where no answer came. */
  readonly status: number;
  /** The machine's word: not_found, invalid, rate_limited … ("" where no answer of Fairlead's came). */
  readonly kind: string;
  readonly title: string;
  readonly detail: string;
  /** Which fields of the request are wrong, and why. */
  readonly fields: FieldProblem[];
  /** What the operator finds the request by. */
  readonly requestId: string | undefined;
  /** Seconds after which trying again makes sense, where the server says it. */
  readonly retryAfter: number | undefined;
  /** The answer as it came: a problem of RFC 9457, or text of what answered instead of Fairlead. */
  readonly body: Problem | string | undefined;

  constructor(message: string, about: { status?: number; body?: Problem | string; requestId?: string; retryAfter?: number; cause?: unknown } = {}) {
    super(message, about.cause === undefined ? undefined : { cause: about.cause });
    const problem: Partial<Problem> = typeof about.body === "object" ? about.body : {};
    this.status = about.status ?? 0;
    this.kind = problem.kind ?? "";
    this.title = problem.title ?? "";
    this.detail = problem.detail ?? "";
    this.fields = (problem.fields ?? []) as FieldProblem[];
    this.requestId = problem.request_id ?? about.requestId;
    this.retryAfter = about.retryAfter;
    this.body = about.body;
  }
}

/** 400, 413, 415, 422 and others: the request must be mended. */
export class InvalidRequestError extends FairleadError { override name = "InvalidRequestError"; }
/** 401: the credentials are wrong. */
export class AuthenticationError extends FairleadError { override name = "AuthenticationError"; }
/** 403: the key lacks a scope, or may not do this. */
export class PermissionError extends FairleadError { override name = "PermissionError"; }
/** 404. */
export class NotFoundError extends FairleadError { override name = "NotFoundError"; }
/** 410: it was there. */
export class GoneError extends FairleadError { override name = "GoneError"; }
/** 409: not possible as things stand. */
export class ConflictError extends FairleadError { override name = "ConflictError"; }
/** 429: too many requests; retryAfter says how many seconds to wait. */
export class RateLimitError extends FairleadError { override name = "RateLimitError"; }
/** 5xx: the server, or the institution behind it. */
export class ServerError extends FairleadError { override name = "ServerError"; }
/** No answer came: the network, or the time limit. */
export class TransportError extends FairleadError { override name = "TransportError"; }
/** A webhook that is not from Fairlead, was changed on the way, or is too old. */
export class WebhookError extends Error { override name = "WebhookError"; }

/** The error of an answer that is no success. */
export function errorOf(status: number, about: { body: Problem | string; requestId?: string; retryAfter?: number }): FairleadError {
  const problem = typeof about.body === "object" ? about.body : undefined;
  const fields = ((problem?.fields ?? []) as FieldProblem[]).map((f) => `${f.name} ${f.reason}`).join("; ");
  const said = problem ? [problem.title, problem.detail, fields].filter(Boolean).join(": ") : "the answer is not Fairlead's";
  const Kind = classes.find(([holds]) => holds(status))![1];
  return new Kind(`${status} ${said}`, { status, ...about });
}

const classes: [(status: number) => boolean, typeof FairleadError][] = [
  [(s) => s === 401, AuthenticationError],
  [(s) => s === 403, PermissionError],
  [(s) => s === 404, NotFoundError],
  [(s) => s === 409, ConflictError],
  [(s) => s === 410, GoneError],
  [(s) => s === 429, RateLimitError],
  [(s) => s >= 500, ServerError],
  [(s) => s >= 400, InvalidRequestError],
  [() => true, FairleadError],
];
