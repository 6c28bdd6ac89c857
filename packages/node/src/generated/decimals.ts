// Generated from docs/openapi.json by `make generate`. Do not edit.
/** Fields that are exact decimal numbers. */
export const decimalFields: ReadonlySet<string> = new Set(["amount","effective","nominal","quantity","rate","total_cost"]);
