export { Fairlead } from "./client.js";
export { Decimal, type Money } from "./decimal.js";
export * from "./errors.js";
export { List, type Page } from "./list.js";
export { version, type Call, type Options, type RequestOptions } from "./transport.js";
export type * from "./types.js";
export type { components, operations, paths } from "./generated/api.js";
export { verifyWebhook, type IncomingHeaders, type VerifyOptions } from "./webhook.js";
