// The official Node client against another base address: one JSON line of result for
// each thing that an integration does.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Configuration, PlaidApi } from "plaid";

const config = JSON.parse(readFileSync(0, "utf8"));
const client = new PlaidApi(new Configuration({
  basePath: config.base, baseOptions: { headers: { "PLAID-CLIENT-ID": config.clientID, "PLAID-SECRET": config.secret, "Plaid-Version": "2020-09-14" } }
}));

async function check(name, act) {
  let error = "";
  try { await act(); } catch (e) { error = (e.stack || String(e)).slice(0, 2000) + JSON.stringify(e.response?.data ?? ""); }
  console.log(JSON.stringify({ name, error }));
}

async function item(products, options) {
  const made = await client.sandboxPublicTokenCreate({ institution_id: "ins_109508", initial_products: products, options });
  return (await client.itemPublicTokenExchange({ public_token: made.data.public_token })).data.access_token;
}

/** What a call that must fail is refused with. */
async function refusal(promise) {
  try { await promise; } catch (e) { return { status: e.response.status, ...e.response.data }; }
  throw new Error("it was not refused");
}

await check("a fresh Item says how it stands", async () => {
  const { data } = await client.itemGet({ access_token: await item(["transactions"]) });
  assert.equal(typeof data.status.transactions, "object");
  assert.equal(typeof data.status.investments, "object");
  assert.equal(data.status.last_webhook, null);
  assert.ok(data.request_id);
  for (const key of ["webhook", "error", "consent_expiration_time"]) assert.equal(data.item[key], null, key);
});

await check("institutions have their colour with the optional metadata alone", async () => {
  const ask = { institution_id: "ins_109508", country_codes: ["US"] };
  const plain = (await client.institutionsGetById(ask)).data.institution;
  assert.equal("primary_color" in plain, false);
  const more = (await client.institutionsGetById({ ...ask, options: { include_optional_metadata: true } })).data.institution;
  assert.match(more.primary_color, /^#/);
  assert.ok(more.url);
});

await check("a wrong access token is refused with a request_id", async () => {
  const e = await refusal(client.accountsGet({ access_token: "invalid_token" }));
  assert.deepEqual([e.status, e.error_type, e.error_code], [400, "INVALID_INPUT", "INVALID_ACCESS_TOKEN"]);
  assert.ok(e.request_id);
});

await check("a key id that there is not is refused", async () => {
  const e = await refusal(client.webhookVerificationKeyGet({ key_id: "invalid key_id" }));
  assert.deepEqual([e.status, e.error_code], [400, "INVALID_WEBHOOK_VERIFICATION_KEY_ID"]);
});

await check("a webhook is fired", async () => {
  const access_token = await item(["transactions"], { webhook: "http://127.0.0.1:9/hook" });
  const { data } = await client.sandboxItemFireWebhook({ access_token, webhook_type: "TRANSACTIONS", webhook_code: "DEFAULT_UPDATE" });
  assert.equal(data.webhook_fired, true);
});

await check("every address of an owner has all its keys", async () => {
  const { data } = await client.identityGet({ access_token: await item(["identity"]) });
  for (const account of data.accounts) {
    assert.ok(account.owners.length > 0);
    for (const owner of account.owners) {
      for (const address of owner.addresses) {
        for (const key of ["country", "postal_code", "region", "street", "city"]) assert.ok(key in address.data, key);
      }
    }
  }
});

await check("the story from a link token to a removed Item", async () => {
  const link = await client.linkTokenCreate({
    client_name: "Node", language: "en", country_codes: ["US"], products: ["transactions"], user: { client_user_id: "node" }, hosted_link: {}
  });
  assert.match(link.data.link_token, /^link-sandbox-/);
  assert.match(link.data.hosted_link_url, /^http/);
  assert.equal((await client.linkTokenGet({ link_token: link.data.link_token })).data.metadata.client_name, "Node");
  const access_token = await item(["transactions", "investments", "liabilities", "statements"]);
  let cursor, added = 0;
  for (let more = true; more;) {
    const { data } = await client.transactionsSync({ access_token, cursor, count: 500 });
    [cursor, more, added] = [data.next_cursor, data.has_more, added + data.added.length];
  }
  assert.ok(added > 500);
  assert.ok((await client.investmentsHoldingsGet({ access_token })).data.holdings.length > 0);
  assert.equal((await client.liabilitiesGet({ access_token })).data.liabilities.student.length, 1);
  const listed = (await client.statementsList({ access_token })).data.accounts;
  const { data: pdf } = await client.statementsDownload({ access_token, statement_id: listed[0].statements[0].statement_id }, { responseType: "arraybuffer" });
  assert.equal(Buffer.from(pdf).subarray(0, 5).toString(), "%PDF-");
  await client.itemRemove({ access_token });
  assert.equal((await refusal(client.accountsGet({ access_token }))).error_code, "ITEM_NOT_FOUND");
});
