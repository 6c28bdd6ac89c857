// A walk through the API as an application's server does it.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { Decimal, Fairlead, InvalidRequestError, NotFoundError, RateLimitError, TransportError, WebhookError, verifyWebhook } from "@fairlead/node";

const config = JSON.parse(readFileSync(0, "utf8"));
const options = { url: config.url, clientId: config.id, clientSecret: config.secret };
const fairlead = new Fairlead(options);

// A receiver of webhooks, as an application has one.
const received = [];
let arrived = () => {};
const receiver = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  received.push({ body: Buffer.concat(chunks), headers: request.headers });
  response.writeHead(204).end();
  arrived();
});
await new Promise((resolve) => receiver.listen(0, "127.0.0.1", resolve));
const endpoint = await fairlead.webhookEndpoints.create({ url: `http://127.0.0.1:${receiver.address().port}/hook` });

// A link, by a server that is busy at first.
const link = await new Fairlead({ ...options, url: config.busy }).links.create({ person: config.person, institution_id: "harbor" });
assert.match(link.url, /^http/);
assert.equal((await fairlead.links.get(link.id)).status, "open");
assert.equal((await fairlead.links.cancel(link.id)).id, link.id);

// Without its retries the first refusal is an error.
const busy = await caught(new Fairlead({ ...options, url: config.busy, maxRetries: 0 }).connections.get("con_1"));
assert.ok(busy instanceof RateLimitError, String(busy));
assert.equal(busy.retryAfter, 1);

// A change is not repeated: no key makes that safe.
const once = await caught(new Fairlead({ ...options, url: config.busy }).webhookEndpoints.update("whe_1", {}, { idempotencyKey: "a-key" }));
assert.ok(once instanceof RateLimitError, String(once));
const within = new URL(config.url);
within.password = "secret-word";
assert.throws(() => new Fairlead({ ...options, url: within.href }), (error) => error instanceof TypeError && !String(error.stack).includes("secret-word"));

// A make-believe person links.
const made = await fairlead.sandbox.link({ institution_id: "harbor", person: config.person, wait: 60 });
const exchanged = await fairlead.links.exchange({ code: made.code });
const id = exchanged.connections[0].id;
assert.equal(id, made.connection_id);

const accounts = await fairlead.connections.accounts(id).all();
assert.ok(accounts.length >= 2);

let total = new Decimal(0), transactions = 0, pages = 0;
const query = { limit: 100 };
for await (const t of fairlead.connections.transactions(id, query)) {
  assert.ok(t.amount.amount instanceof Decimal);
  total = total.plus(t.amount.amount);
  transactions++;
}
for await (const page of fairlead.connections.transactions(id, query).pages()) pages += page.data.length > 0 ? 1 : 0;
const first = await fairlead.connections.transactions(id, query).page();
assert.equal(first.data.length, 100);
const rest = await fairlead.connections.transactions(id, { ...query, after: first.next }).all();
assert.equal(rest.length, transactions - 100);

const [document] = await fairlead.connections.documents(id).all();
const file = await fairlead.documents.content(document.id);
assert.equal(file.fileName, document.file_name);
assert.equal(file.mediaType, document.media_type);
writeFileSync("document", file.bytes);

// A statement file goes as bytes; this bank takes none.
const unsupported = await caught(fairlead.connections.upload(id, Buffer.from("Date,Amount\n2024-01-02,1.50\n"), { dry_run: true, name: "a.csv" }));
assert.equal(unsupported.kind, "unsupported", String(unsupported));

// Errors have types.
const missing = await caught(fairlead.connections.get("con_unknown"));
assert.ok(missing instanceof NotFoundError, String(missing));
assert.equal(missing.kind, "not_found");
assert.match(missing.requestId, /^req_/);
const invalid = await caught(fairlead.links.create({ person: "anna", products: ["nonsense"] }));
assert.ok(invalid instanceof InvalidRequestError, String(invalid));
assert.ok(invalid.fields.length === 1 && invalid.fields[0].reason, JSON.stringify(invalid.fields));
const nobody = await caught(new Fairlead({ ...options, url: "http://127.0.0.1:9", maxRetries: 0 }).connections.get("con_1"));
assert.ok(nobody instanceof TransportError, String(nobody));
assert.ok(!String(nobody).includes(config.secret));

// Webhooks are verified as they arrive, and changed ones refused.
while (received.length === 0) await new Promise((resolve) => (arrived = resolve));
const { body, headers } = received[0];
const event = verifyWebhook(body, headers, endpoint.secret);
assert.equal(event.id, headers["webhook-id"]);
assert.equal(verifyWebhook(body.toString(), new Headers({ ...headers }), ["whsec_b3RoZXI=", endpoint.secret]).id, event.id);
for (const wrong of [
  () => verifyWebhook(Buffer.concat([body, Buffer.from(" ")]), headers, endpoint.secret),
  () => verifyWebhook(body, { ...headers, "webhook-id": "evt_other" }, endpoint.secret),
  () => verifyWebhook(body, headers, "whsec_b3RoZXI="),
  () => verifyWebhook(body, headers, endpoint.secret, { now: new Date(Date.now() + 301_000) }),
  () => verifyWebhook(body, {}, endpoint.secret),
]) assert.throws(wrong, WebhookError);
for (const wrong of ["whsec_", "whsec_???", ["", endpoint.secret]]) assert.throws(() => verifyWebhook(body, headers, wrong), TypeError);
for (const text of ["null", "[]", "{}", '"event"', "{"]) {
  const signed = createHmac("sha256", Buffer.from("b3RoZXI=", "base64")).update(`evt_1.${headers["webhook-timestamp"]}.${text}`).digest("base64");
  assert.throws(() => verifyWebhook(text, { ...headers, "webhook-id": "evt_1", "webhook-signature": `v1,${signed}` }, "whsec_b3RoZXI="), WebhookError);
}
assert.throws(() => verifyWebhook(JSON.parse(body), headers, endpoint.secret), TypeError);
const events = await fairlead.events.list({ limit: 2 }).all();
assert.ok(events.some((e) => e.id === event.id));
for await (const e of fairlead.events.follow()) if (e.id === event.id) break;

// Decimals are exact, and refuse what is not.
assert.equal(String(new Decimal("0.1").plus("0.2")), "0.3");
assert.equal(`${new Decimal("-0.005").round(2)} ${new Decimal("0.015").round(2)} ${new Decimal("12.30").negated()} ${new Decimal("1.5").times("-2.5")}`, "0.00 0.02 -12.30 -3.75");
assert.equal(JSON.stringify({ a: new Decimal("12.30") }), '{"a":"12.30"}');
assert.ok(new Decimal("1.0").equals("1.00") && new Decimal("-1").compare("1") === -1);
assert.throws(() => new Decimal("1") + new Decimal("2"), TypeError);
assert.throws(() => new Decimal(0.1), TypeError);

receiver.close();
receiver.closeAllConnections();
console.log(JSON.stringify({ connection: id, transactions, pages, total, document: document.id, file: "document" }));

async function caught(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  assert.fail("there was no error");
}
