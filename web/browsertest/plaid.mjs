// react-plaid-link as it is published: the script that it loads from the vendor's
// address is this server's.
import assert from "node:assert/strict";
import { config, run, scenario } from "./scenario.mjs";

const theirs = "https://cdn.plaid.com/link/v2/stable/link-initialize.js";
const inside = (page) => page.frameLocator("iframe[name^=fairlead]");
const calls = (page, name) => page.evaluate((name) => window.calls.filter(([each]) => each === name).map(([, ...args]) => args), name);

async function open(page, query = "") {
  await page.route(theirs, async (route) => {
    const answer = await fetch(config.script);
    await route.fulfill({ status: answer.status, contentType: "text/javascript; charset=utf-8", body: await answer.text() });
  });
  await page.goto(config.app + "/" + query);
}

/** What a person does from the welcome to the end. */
async function connect(page) {
  const frame = inside(page);
  await frame.getByRole("button", { name: "Continue", exact: true }).click();
  await frame.getByRole("button", { name: /Cove Bank/ }).click();
  await frame.getByRole("button", { name: "Agree and continue" }).click();
  await frame.getByLabel("User name").fill("good");
  await frame.getByLabel("Password", { exact: true }).fill("good");
  await frame.getByRole("button", { name: "Sign in" }).click();
  const accounts = frame.getByRole("button", { name: "Connect these accounts" });
  const done = frame.getByRole("button", { name: "Finish" });
  await accounts.or(done).first().waitFor();
  if (await accounts.isVisible()) await accounts.click();
  await done.click();
}

async function exchange(page, publicToken) {
  const answer = await page.request.post(config.app.replace("app.localhost", "127.0.0.1") + "/exchange", { data: { public_token: publicToken } });
  return answer.json();
}

scenario("a person connects a bank and the public token is good", async (page) => {
  await open(page);
  await page.getByRole("button", { name: "Connect" }).click();
  await connect(page);
  await page.waitForFunction(() => window.calls.some(([name]) => name === "success"));
  const [[token, metadata]] = await calls(page, "success");
  assert.match(token, /^public-sandbox-/);
  assert.deepEqual(metadata.institution, { name: "Cove Bank", institution_id: "ins_cove" });
  assert.equal(metadata.accounts.length, 9);
  assert.deepEqual(Object.keys(metadata.accounts[0]).sort(), ["class_type", "id", "mask", "name", "subtype", "type", "verification_status"]);
  assert.ok(metadata.link_session_id);
  assert.equal(await page.locator("iframe, dialog").count(), 0);
  assert.match((await exchange(page, token)).access_token, /^access-sandbox-/);
  const events = await calls(page, "event");
  assert.equal(events[0][0], "OPEN");
  assert.equal(Object.keys(events[0][1]).length, 17);
  assert.ok(events.some(([name]) => name === "HANDOFF"));
  assert.deepEqual(await calls(page, "exit"), []);
  assert.equal((await calls(page, "load")).length >= 1, true);
});

scenario("a new token before anything was opened makes a handler that works", async (page) => {
  await open(page);
  const first = await page.locator("#token").textContent();
  for (let n = 0; n < 3; n++) await page.getByRole("button", { name: "New token" }).click();
  await page.waitForFunction((first) => !["", first].includes(document.querySelector("#token").textContent), first);
  await page.waitForTimeout(500);
  await page.getByRole("button", { name: "Connect" }).click();
  await inside(page).getByRole("heading", { name: /Connect your accounts/ }).waitFor();
  assert.equal(await page.locator("iframe").count(), 1);
  assert.equal(await page.locator("#error").textContent(), "");
});

scenario("whoever leaves is told as an exit without an error", async (page) => {
  await open(page);
  await page.getByRole("button", { name: "Connect" }).click();
  const frame = inside(page);
  await frame.getByRole("heading", { name: /Connect your accounts/ }).waitFor();
  await frame.getByRole("button", { name: "Cancel" }).click();
  await page.waitForFunction(() => window.calls.some(([name]) => name === "exit"));
  const exits = await calls(page, "exit");
  assert.equal(exits.length, 1);
  assert.equal(exits[0][0], null);
  assert.deepEqual(Object.keys(exits[0][1]).sort(), ["institution", "link_session_id", "request_id", "status"]);
  assert.deepEqual(await calls(page, "success"), []);
  await page.locator("iframe").waitFor({ state: "detached" });
});

scenario("a handler is closed and destroyed before it is opened, and twice, and opened again after it was closed", async (page) => {
  await open(page);
  await page.waitForFunction(() => window.Plaid);
  const result = await page.evaluate(async () => {
    const token = (await (await fetch("/token", { method: "POST" })).json()).link_token;
    const exits = [];
    const early = window.Plaid.create({ token, onSuccess() {}, onExit: (...args) => exits.push(args) });
    early.exit({ force: true });
    early.exit();
    early.destroy();
    early.destroy();
    early.open();
    const handler = window.Plaid.create({ token, onSuccess() {}, onExit: (...args) => exits.push(args) });
    handler.submit({ phone_number: "+14155550123" });
    handler.open();
    await new Promise((r) => setTimeout(r, 1500));
    const frames = document.querySelectorAll("iframe").length;
    handler.exit({ force: true });
    const closed = document.querySelectorAll("dialog[open]").length;
    handler.open();
    await new Promise((r) => setTimeout(r, 1500));
    return { exits: exits.length, frames, closed };
  });
  assert.deepEqual(result, { exits: 1, frames: 1, closed: 0 });
  await inside(page).getByRole("heading", { name: /Connect your accounts/ }).waitFor();
});

scenario("an embedded link is shown in its element and taken away with it", async (page) => {
  await open(page, "?embedded");
  await inside(page).getByRole("heading", { name: /Connect your accounts/ }).waitFor();
  assert.equal(await page.locator("dialog").count(), 0);
  await page.getByRole("button", { name: "Away" }).click();
  await page.locator("iframe").waitFor({ state: "detached" });
});

scenario("a link token that is no good exits with the vendor's error", async (page, context, consoleErrors) => {
  await open(page);
  await page.waitForFunction(() => window.Plaid);
  const [error] = await page.evaluate(() => new Promise((resolve) => {
    window.Plaid.create({ token: "link-sandbox-00000000-0000-0000-0000-000000000000", onSuccess() {}, onExit: (...args) => resolve(args) }).open();
  }));
  assert.equal(error.error_code, "INVALID_LINK_TOKEN");
  consoleErrors.length = 0; // the browser notes the refusal
});

await run();
