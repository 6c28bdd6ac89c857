// What a strict client does with the generated types.
import type { components, operations } from "./api.js";

type Schemas = components["schemas"];

export const request: Schemas["LinkRequest"] = { person: "customer-42", products: ["accounts"], mode: "redirect" };

// @ts-expect-error a word that is not in the list is refused
export const wrong: Schemas["LinkRequest"] = { products: ["everything"] };

export function status(link: Schemas["Link"]): "open" | "finished" | "failed" | "exited" | "expired" {
  return link.status;
}

export function finished(event: Schemas["LinkFinishedEvent"]): string | undefined {
  const type: "link.finished" = event.type;
  return type && event.data.connection_id;
}

export function next(page: operations["listTransactions"]["responses"]["200"]["content"]["application/json"]): string | null {
  for (const transaction of page.data) {
    const amount: string = transaction.amount.amount;
    const day: string | null = transaction.booked_on;
    void amount, day;
  }
  return page.next;
}

export const created: keyof operations["createLink"]["responses"] = 201;
