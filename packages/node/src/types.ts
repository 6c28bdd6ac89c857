import type { paths } from "./generated/api.js";

type Method = "get" | "post" | "put" | "patch" | "delete";
type Success = 200 | 201 | 202;

type OperationOf<P extends keyof paths, M extends Method> = paths[P] extends Record<M, infer O> ? O : never;
type JSONOf<R> = R extends { content: infer C } ? C extends { "application/json": infer B } ? B : never : never;

/** The answer of an operation. */
export type Answer<P extends keyof paths, M extends Method> =
  OperationOf<P, M> extends { responses: infer R } ? JSONOf<R[keyof R & Success]> : never;
/** The JSON body of an operation's request. */
export type Body<P extends keyof paths, M extends Method> =
  OperationOf<P, M> extends { requestBody?: infer B } ? JSONOf<NonNullable<B>> : never;
/** The query of an operation. */
export type Query<P extends keyof paths, M extends Method = "get"> =
  OperationOf<P, M> extends { parameters: { query?: infer Q } } ? NonNullable<Q> : never;
/** What a list is of. */
export type Item<P extends keyof paths> = Answer<P, "get"> extends { data: (infer T)[] | null } ? T : never;

export type Account = Item<"/v1/connections/{id}/accounts">;
export type Application = Answer<"/v1/applications/{id}", "get">;
export type Bill = Item<"/v1/connections/{id}/bills">;
export type Change = Item<"/v1/connections/{id}/changes">;
export type Collection = Item<"/v1/connections/{id}/collections">;
export type Connection = Answer<"/v1/connections/{id}", "get">;
export type Connector = Item<"/v1/connectors">;
export type Consent = Item<"/v1/connections/{id}/consents">;
export type Delivery = Item<"/v1/webhook_endpoints/{id}/deliveries">;
export type Document = Answer<"/v1/documents/{id}", "get">;
export type Endpoint = Answer<"/v1/webhook_endpoints/{id}", "get">;
export type Event = Item<"/v1/events">;
export type Holding = Item<"/v1/connections/{id}/holdings">;
export type Identity = Item<"/v1/connections/{id}/identity">;
export type Institution = Answer<"/v1/institutions/{id}", "get">;
export type InvestmentTransaction = Item<"/v1/connections/{id}/investment_transactions">;
export type Link = Answer<"/v1/links/{id}", "get">;
export type CreatedLink = Answer<"/v1/links", "post">;
export type CreateLink = Body<"/v1/links", "post">;
export type Loan = Item<"/v1/connections/{id}/loans">;
export type Person = Answer<"/v1/persons/{id}", "get">;
export type Provider = Answer<"/v1/providers/{id}", "get">;
export type Security = Item<"/v1/connections/{id}/securities">;
export type SetupToken = Answer<"/v1/simplefin_tokens/{id}", "get">;
export type Transaction = Item<"/v1/connections/{id}/transactions">;

/** The body of an error, as RFC 9457 has it. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail?: string;
  /** The machine's word for what is wrong. */
  kind: string;
  fields?: { name: string; code: string; reason: string }[];
  request_id?: string;
}
