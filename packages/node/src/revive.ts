import { Decimal } from "./decimal.js";
import { decimalFields } from "./generated/decimals.js";

/** What the application itself, or an institution, wrote as it likes: left as it came. */
const foreign = new Set(["metadata", "extra"]);

/** Makes decimals of the texts that the description calls decimals, in place. */
export function revive(value: unknown): unknown {
  if (Array.isArray(value)) {
    for (const element of value) revive(element);
  } else if (value !== null && typeof value === "object") {
    const fields = value as Record<string, unknown>;
    for (const [name, field] of Object.entries(fields)) {
      if (typeof field === "string") {
        if (decimalFields.has(name)) fields[name] = new Decimal(field);
      } else if (!foreign.has(name)) {
        revive(field);
      }
    }
  }
  return value;
}
