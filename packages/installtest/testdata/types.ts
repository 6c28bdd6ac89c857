// What a compiler must accept, and what it must refuse.
import { Decimal, Fairlead, RateLimitError, verifyWebhook, type CreateLink, type Event, type Link, type Transaction } from "@fairlead/node";

const fairlead = new Fairlead({ url: "http://127.0.0.1:8080", clientId: "dev", clientSecret: "dev-secret" });
const request: CreateLink = { person: "anna", products: ["accounts"] };

export async function use(): Promise<Decimal> {
  const link = await fairlead.links.create(request);
  const token: string = link.token;
  const read: Link = await fairlead.links.get(link.id);
  if (read.status === "finished") console.log(token);
  let total = new Decimal(0);
  for await (const t of fairlead.connections.transactions("con_1", { from: "2026-01-01" })) {
    const one: Transaction = t;
    total = total.plus(one.amount.amount);
    // @ts-expect-error an amount is no number
    const wrong: number = t.amount.amount;
    // @ts-expect-error there is no such field
    t.colour;
    void wrong;
  }
  // @ts-expect-error a field of a link that there is not
  await fairlead.links.create({ person: "anna", colour: "blue" });
  const event: Event = verifyWebhook("", new Headers(), "whsec_b3RoZXI=");
  const kind: string = event.type;
  void kind;
  const file = await fairlead.documents.content("doc_1");
  const bytes: Uint8Array = file.bytes;
  void bytes;
  try {
    await fairlead.connections.delete("con_1");
  } catch (error) {
    if (error instanceof RateLimitError) console.log(error.retryAfter?.toFixed());
  }
  return total;
}
