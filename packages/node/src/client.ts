import type { paths } from "./generated/api.js";
import { List, type Page } from "./list.js";
import { at, Transport, type Call, type Options, type RequestOptions } from "./transport.js";
import type { Answer, Body, Item, Query } from "./types.js";

/** A query without what the iteration sets. */
type Filter<P extends keyof paths> = Omit<Query<P>, "wait">;

/** A file: its bytes and what its headers say of it. */
export interface File {
  bytes: Uint8Array;
  mediaType: string;
  fileName: string;
}

/** Fairlead's API as one application. Every method throws a FairleadError where the answer is no success. */
export class Fairlead {
  readonly #transport: Transport;

  constructor(options: Options) { this.#transport = new Transport(options); }

  /** Calls an operation by its route. */
  request<T = unknown>(method: string, path: string, call: Call = {}): Promise<T> { return this.#transport.json<T>(method.toUpperCase(), path, call); }

  #get<P extends keyof paths>(path: string, query: object | undefined, o?: RequestOptions) { return this.#transport.json<Answer<P, "get">>("GET", path, { ...o, query }); }
  #post<P extends keyof paths>(path: string, body: unknown, o?: RequestOptions) { return this.#transport.json<Answer<P, "post">>("POST", path, { ...o, body }); }
  #patch<P extends keyof paths>(path: string, body: unknown, o?: RequestOptions) { return this.#transport.json<Answer<P, "patch">>("PATCH", path, { ...o, body }); }
  #delete(path: string, o?: RequestOptions) { return this.#transport.json<void>("DELETE", path, o); }
  #list<P extends keyof paths>(path: string, query: Filter<P> | undefined, o?: RequestOptions, wait?: number): List<Item<P>> {
    const { after: first, ...filter } = (query ?? {}) as { after?: string };
    const long = wait === undefined ? {} : { wait };
    return new List((after) => this.#transport.json<Page<Item<P>>>("GET", path, { ...o, query: { ...filter, ...long, after } }), first, wait !== undefined);
  }
  async #file(path: string, o?: RequestOptions): Promise<File> {
    const { bytes, headers } = await this.#transport.bytes("GET", path, o);
    return { bytes, mediaType: headers.get("Content-Type") ?? "application/octet-stream", fileName: fileNameOf(headers.get("Content-Disposition")) };
  }

  /** Links: how a person connects their accounts. */
  readonly links = {
    /** Makes a link. Its token, for link.js, is shown once. */
    create: (body: Body<"/v1/links", "post">, o?: RequestOptions) => this.#post<"/v1/links">("/v1/links", body, o),
    get: (id: string, o?: RequestOptions) => this.#get<"/v1/links/{id}">(`/v1/links/${at(id)}`, undefined, o),
    list: (query?: Filter<"/v1/links">, o?: RequestOptions) => this.#list<"/v1/links">("/v1/links", query, o),
    cancel: (id: string, o?: RequestOptions) => this.#post<"/v1/links/{id}/cancel">(`/v1/links/${at(id)}/cancel`, undefined, o),
    /** Exchanges the code that the browser brought back, once and within 60 seconds, for connections. */
    exchange: (body: Body<"/v1/links/exchange", "post">, o?: RequestOptions) => this.#post<"/v1/links/exchange">("/v1/links/exchange", body, o),
  };

  /** Connections: a person's access to an institution, and the data behind it. */
  readonly connections = {
    list: (query?: Filter<"/v1/connections">, o?: RequestOptions) => this.#list<"/v1/connections">("/v1/connections", query, o),
    get: (id: string, o?: RequestOptions) => this.#get<"/v1/connections/{id}">(`/v1/connections/${at(id)}`, undefined, o),
    /** Disconnects: the consent ends, and the data is erased. */
    delete: (id: string, o?: RequestOptions) => this.#delete(`/v1/connections/${at(id)}`, o),
    /** Begins a collection now. */
    collect: (id: string, body?: Body<"/v1/connections/{id}/collect", "post">, o?: RequestOptions) => this.#post<"/v1/connections/{id}/collect">(`/v1/connections/${at(id)}/collect`, body, o),
    accounts: (id: string, query?: Filter<"/v1/connections/{id}/accounts">, o?: RequestOptions) => this.#list<"/v1/connections/{id}/accounts">(`/v1/connections/${at(id)}/accounts`, query, o),
    /** Transactions of all accounts, the newest first. */
    transactions: (id: string, query?: Filter<"/v1/connections/{id}/transactions">, o?: RequestOptions) => this.#list<"/v1/connections/{id}/transactions">(`/v1/connections/${at(id)}/transactions`, query, o),
    bills: (id: string, query?: Filter<"/v1/connections/{id}/bills">, o?: RequestOptions) => this.#list<"/v1/connections/{id}/bills">(`/v1/connections/${at(id)}/bills`, query, o),
    /** What was added, changed and removed since `after`, to what is there by now. */
    changes: (id: string, query?: Filter<"/v1/connections/{id}/changes">, o?: RequestOptions) => this.#list<"/v1/connections/{id}/changes">(`/v1/connections/${at(id)}/changes`, query, o),
    /** The same, and goes on for ever. */
    followChanges: (id: string, query?: Filter<"/v1/connections/{id}/changes">, o?: RequestOptions) => this.#list<"/v1/connections/{id}/changes">(`/v1/connections/${at(id)}/changes`, query, o, 30),
    collections: (id: string, query?: Filter<"/v1/connections/{id}/collections">, o?: RequestOptions) => this.#list<"/v1/connections/{id}/collections">(`/v1/connections/${at(id)}/collections`, query, o),
    /** Undoes the upload of a file. */
    undoCollection: (id: string, collection: string, o?: RequestOptions) => this.#post<"/v1/connections/{id}/collections/{collection}/undo">(`/v1/connections/${at(id)}/collections/${at(collection)}/undo`, undefined, o),
    consents: (id: string, query?: Filter<"/v1/connections/{id}/consents">, o?: RequestOptions) => this.#list<"/v1/connections/{id}/consents">(`/v1/connections/${at(id)}/consents`, query, o),
    documents: (id: string, query?: Filter<"/v1/connections/{id}/documents">, o?: RequestOptions) => this.#list<"/v1/connections/{id}/documents">(`/v1/connections/${at(id)}/documents`, query, o),
    /** Uploads a statement file: OFX, CSV, CAMT, MT940, PDF and others. The same file twice changes nothing. */
    upload: (id: string, file: Uint8Array, query?: Query<"/v1/connections/{id}/files", "post">, o?: RequestOptions) =>
      this.#transport.json<Answer<"/v1/connections/{id}/files", "post">>("POST", `/v1/connections/${at(id)}/files`, { ...o, body: file, query, idempotent: true }),
    holdings: (id: string, query?: Filter<"/v1/connections/{id}/holdings">, o?: RequestOptions) => this.#list<"/v1/connections/{id}/holdings">(`/v1/connections/${at(id)}/holdings`, query, o),
    identity: (id: string, query?: Filter<"/v1/connections/{id}/identity">, o?: RequestOptions) => this.#list<"/v1/connections/{id}/identity">(`/v1/connections/${at(id)}/identity`, query, o),
    investmentTransactions: (id: string, query?: Filter<"/v1/connections/{id}/investment_transactions">, o?: RequestOptions) => this.#list<"/v1/connections/{id}/investment_transactions">(`/v1/connections/${at(id)}/investment_transactions`, query, o),
    loans: (id: string, query?: Filter<"/v1/connections/{id}/loans">, o?: RequestOptions) => this.#list<"/v1/connections/{id}/loans">(`/v1/connections/${at(id)}/loans`, query, o),
    securities: (id: string, query?: Filter<"/v1/connections/{id}/securities">, o?: RequestOptions) => this.#list<"/v1/connections/{id}/securities">(`/v1/connections/${at(id)}/securities`, query, o),
  };

  readonly accounts = {
    get: (id: string, query?: Query<"/v1/accounts/{id}">, o?: RequestOptions) => this.#get<"/v1/accounts/{id}">(`/v1/accounts/${at(id)}`, query, o),
    transactions: (id: string, query?: Filter<"/v1/accounts/{id}/transactions">, o?: RequestOptions) => this.#list<"/v1/accounts/{id}/transactions">(`/v1/accounts/${at(id)}/transactions`, query, o),
  };

  readonly transactions = {
    /** A transaction with its earlier versions. */
    get: (id: string, o?: RequestOptions) => this.#get<"/v1/transactions/{id}">(`/v1/transactions/${at(id)}`, undefined, o),
  };

  readonly documents = {
    /** A document with an address where a browser can download it for a while. */
    get: (id: string, query?: Query<"/v1/documents/{id}">, o?: RequestOptions) => this.#get<"/v1/documents/{id}">(`/v1/documents/${at(id)}`, query, o),
    /** Its bytes. */
    content: (id: string, o?: RequestOptions): Promise<File> => this.#file(`/v1/documents/${at(id)}/content`, o),
  };

  readonly events = {
    /** Events after `after`, to what is there by now. */
    list: (query?: Filter<"/v1/events">, o?: RequestOptions) => this.#list<"/v1/events">("/v1/events", query, o),
    /** The same, and goes on for ever: waits for what comes. */
    follow: (query?: Filter<"/v1/events">, o?: RequestOptions) => this.#list<"/v1/events">("/v1/events", query, o, 30),
    /** Sends an event to the endpoints again. */
    resend: (id: string, o?: RequestOptions) => this.#post<"/v1/events/{id}/resend">(`/v1/events/${at(id)}/resend`, undefined, o),
    /** Sends the events of a range again. */
    resendRange: (body: Body<"/v1/events/resend", "post">, o?: RequestOptions) => this.#post<"/v1/events/resend">("/v1/events/resend", body, o),
  };

  readonly webhookEndpoints = {
    /** The answer has the secret, shown once. */
    create: (body: Body<"/v1/webhook_endpoints", "post">, o?: RequestOptions) => this.#post<"/v1/webhook_endpoints">("/v1/webhook_endpoints", body, o),
    list: (query?: Filter<"/v1/webhook_endpoints">, o?: RequestOptions) => this.#list<"/v1/webhook_endpoints">("/v1/webhook_endpoints", query, o),
    get: (id: string, o?: RequestOptions) => this.#get<"/v1/webhook_endpoints/{id}">(`/v1/webhook_endpoints/${at(id)}`, undefined, o),
    update: (id: string, body: Body<"/v1/webhook_endpoints/{id}", "patch">, o?: RequestOptions) => this.#patch<"/v1/webhook_endpoints/{id}">(`/v1/webhook_endpoints/${at(id)}`, body, o),
    delete: (id: string, o?: RequestOptions) => this.#delete(`/v1/webhook_endpoints/${at(id)}`, o),
    deliveries: (id: string, query?: Filter<"/v1/webhook_endpoints/{id}/deliveries">, o?: RequestOptions) => this.#list<"/v1/webhook_endpoints/{id}/deliveries">(`/v1/webhook_endpoints/${at(id)}/deliveries`, query, o),
    /** Makes another secret; the old one signs too for a day. */
    rotate: (id: string, o?: RequestOptions) => this.#post<"/v1/webhook_endpoints/{id}/rotate">(`/v1/webhook_endpoints/${at(id)}/rotate`, undefined, o),
    /** Sends a test event. */
    test: (id: string, o?: RequestOptions) => this.#post<"/v1/webhook_endpoints/{id}/test">(`/v1/webhook_endpoints/${at(id)}/test`, undefined, o),
  };

  readonly persons = {
    list: (query?: Filter<"/v1/persons">, o?: RequestOptions) => this.#list<"/v1/persons">("/v1/persons", query, o),
    get: (id: string, o?: RequestOptions) => this.#get<"/v1/persons/{id}">(`/v1/persons/${at(id)}`, undefined, o),
    /** Erases the person and everything of them. */
    erase: (id: string, o?: RequestOptions) => this.#delete(`/v1/persons/${at(id)}`, o),
    /** Everything of the person, as a file of JSON. */
    export: (id: string, o?: RequestOptions): Promise<File> => this.#file(`/v1/persons/${at(id)}/export`, o),
    /** An address where the person sees and ends what they share. */
    portal: (id: string, body?: Body<"/v1/persons/{id}/portal", "post">, o?: RequestOptions) => this.#post<"/v1/persons/{id}/portal">(`/v1/persons/${at(id)}/portal`, body, o),
  };

  readonly institutions = {
    list: (query?: Filter<"/v1/institutions">, o?: RequestOptions) => this.#list<"/v1/institutions">("/v1/institutions", query, o),
    get: (id: string, o?: RequestOptions) => this.#get<"/v1/institutions/{id}">(`/v1/institutions/${at(id)}`, undefined, o),
  };

  readonly connectors = {
    list: (query?: Filter<"/v1/connectors">, o?: RequestOptions) => this.#list<"/v1/connectors">("/v1/connectors", query, o),
  };

  readonly providers = {
    create: (body: Body<"/v1/providers", "post">, o?: RequestOptions) => this.#post<"/v1/providers">("/v1/providers", body, o),
    list: (query?: Filter<"/v1/providers">, o?: RequestOptions) => this.#list<"/v1/providers">("/v1/providers", query, o),
    get: (id: string, o?: RequestOptions) => this.#get<"/v1/providers/{id}">(`/v1/providers/${at(id)}`, undefined, o),
    update: (id: string, body: Body<"/v1/providers/{id}", "patch">, o?: RequestOptions) => this.#patch<"/v1/providers/{id}">(`/v1/providers/${at(id)}`, body, o),
    delete: (id: string, o?: RequestOptions) => this.#delete(`/v1/providers/${at(id)}`, o),
    /** Fetches the list of its institutions anew. */
    refresh: (id: string, o?: RequestOptions) => this.#post<"/v1/providers/{id}/refresh">(`/v1/providers/${at(id)}/refresh`, undefined, o),
    /** Tries its credentials. */
    try: (id: string, o?: RequestOptions) => this.#post<"/v1/providers/{id}/try">(`/v1/providers/${at(id)}/try`, undefined, o),
  };

  readonly applications = {
    create: (body: Body<"/v1/applications", "post">, o?: RequestOptions) => this.#post<"/v1/applications">("/v1/applications", body, o),
    list: (query?: Filter<"/v1/applications">, o?: RequestOptions) => this.#list<"/v1/applications">("/v1/applications", query, o),
    get: (id: string, o?: RequestOptions) => this.#get<"/v1/applications/{id}">(`/v1/applications/${at(id)}`, undefined, o),
    update: (id: string, body: Body<"/v1/applications/{id}", "patch">, o?: RequestOptions) => this.#patch<"/v1/applications/{id}">(`/v1/applications/${at(id)}`, body, o),
    /** Changes the settings of a dialect. */
    updateSettings: (id: string, dialect: string, body: Body<"/v1/applications/{id}/settings/{dialect}", "patch">, o?: RequestOptions) => this.#patch<"/v1/applications/{id}/settings/{dialect}">(`/v1/applications/${at(id)}/settings/${at(dialect)}`, body, o),
    keys: (id: string, query?: Filter<"/v1/applications/{id}/keys">, o?: RequestOptions) => this.#list<"/v1/applications/{id}/keys">(`/v1/applications/${at(id)}/keys`, query, o),
    /** The answer has the key's secret, shown once. */
    createKey: (id: string, body?: Body<"/v1/applications/{id}/keys", "post">, o?: RequestOptions) => this.#post<"/v1/applications/{id}/keys">(`/v1/applications/${at(id)}/keys`, body, o),
    revokeKey: (id: string, key: string, o?: RequestOptions) => this.#delete(`/v1/applications/${at(id)}/keys/${at(key)}`, o),
  };

  readonly simplefinTokens = {
    create: (body: Body<"/v1/simplefin_tokens", "post">, o?: RequestOptions) => this.#post<"/v1/simplefin_tokens">("/v1/simplefin_tokens", body, o),
    list: (query?: Filter<"/v1/simplefin_tokens">, o?: RequestOptions) => this.#list<"/v1/simplefin_tokens">("/v1/simplefin_tokens", query, o),
    get: (id: string, o?: RequestOptions) => this.#get<"/v1/simplefin_tokens/{id}">(`/v1/simplefin_tokens/${at(id)}`, undefined, o),
    delete: (id: string, o?: RequestOptions) => this.#delete(`/v1/simplefin_tokens/${at(id)}`, o),
  };

  /** Only on a sandbox: make-believe persons, and a clock that can be moved. */
  readonly sandbox = {
    /** Links a make-believe person without a browser. */
    link: (body: Body<"/v1/sandbox/links", "post">, o?: RequestOptions) => this.#post<"/v1/sandbox/links">("/v1/sandbox/links", body, o),
    clock: (o?: RequestOptions) => this.#get<"/v1/sandbox/clock">("/v1/sandbox/clock", undefined, o),
    /** Lets time pass. */
    advance: (body: Body<"/v1/sandbox/clock/advance", "post">, o?: RequestOptions) => this.#post<"/v1/sandbox/clock/advance">("/v1/sandbox/clock/advance", body, o),
    cancelAdvance: (o?: RequestOptions) => this.#transport.json<Answer<"/v1/sandbox/clock/advance", "delete">>("DELETE", "/v1/sandbox/clock/advance", o),
    /** What waits for a person's approval in a make-believe app. */
    approvals: (query?: Filter<"/v1/sandbox/approvals">, o?: RequestOptions) => this.#list<"/v1/sandbox/approvals">("/v1/sandbox/approvals", query, o),
    decide: (id: string, body: Body<"/v1/sandbox/approvals/{id}", "post">, o?: RequestOptions) => this.#transport.json<void>("POST", `/v1/sandbox/approvals/${at(id)}`, { ...o, body }),
  };
}

/** The name in a Content-Disposition, of RFC 6266 and plain ones. */
function fileNameOf(header: string | null): string {
  const extended = /filename\*=(?:utf-8|UTF-8)''([^;]+)/.exec(header ?? "");
  if (extended) return decodeURIComponent(extended[1]!);
  const plain = /filename="((?:[^"\\]|\\.)*)"|filename=([^;]+)/.exec(header ?? "");
  return (plain?.[1]?.replace(/\\(.)/g, "$1") ?? plain?.[2] ?? "").trim();
}
