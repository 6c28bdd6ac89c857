// Taiki's quick start, as examples/taiki has it, in a browser. The scenarios
// follow one another: the example has one user and remembers it.
import assert from "node:assert/strict";
import { config, run, scenario } from "./scenario.mjs";

const inside = (page) => page.frameLocator("iframe[name^=fairlead]");
const shot = (page, name) => process.env.SHOTS && page.screenshot({ path: `${process.env.SHOTS}/taiki-${name}.png` });

const documents = async () => (await fetch(config.app.replace("app.localhost", "127.0.0.1") + "/documents")).json();

/** The example's page, with a record of what its callback was called with. */
async function open(page) {
  await page.setViewportSize({ width: 1100, height: 860 });
  await page.goto(config.app + "/");
  await page.evaluate(() => {
    const { create } = window.Taiki;
    window.called = [];
    window.Taiki.create = (options) => {
      const { onSuccess } = options;
      window.options = options;
      return create({ ...options, onSuccess: (...args) => (window.called.push(args), onSuccess(...args)) });
    };
  });
}

/** Presses what is left between the login and the end. */
async function finish(page) {
  const frame = inside(page);
  const accounts = frame.getByRole("button", { name: "Connect these accounts" });
  const done = frame.getByRole("button", { name: "Finish" });
  await accounts.or(done).first().waitFor();
  if (await accounts.isVisible()) await accounts.click();
  await done.waitFor({ timeout: 40_000 });
  await shot(page, "result");
  await done.click();
}

scenario("a person connects a bank and the files arrive", async (page) => {
  await open(page);
  await page.getByRole("button", { name: "Connect a bank" }).click();
  const frame = inside(page);
  await frame.getByRole("heading", { name: /Connect your accounts/ }).waitFor();
  await shot(page, "welcome");
  await frame.getByRole("button", { name: "Continue", exact: true }).click();
  await frame.getByRole("button", { name: /Harbor Bank/ }).click();
  await frame.getByRole("button", { name: "Agree and continue" }).click();
  await frame.getByLabel("User name").fill("good");
  await frame.getByLabel("Password", { exact: true }).fill("good");
  await frame.getByRole("button", { name: "Sign in" }).click();
  await finish(page);
  const form = page.getByRole("link", { name: /^1099_INT_\d{4}_HARBOR_\d{4}_[A-Z0-9]{6}\.pdf$/ }).first();
  await form.waitFor();
  await shot(page, "documents");
  const called = await page.evaluate(() => window.called);
  assert.equal(called.length, 1);
  assert.equal(called[0][0].status, "success");
  assert.deepEqual(called[0][0].metadata, { order: 7 });
  assert.equal(await page.locator("iframe, dialog").count(), 0);
  const answer = await page.request.get(config.app.replace("app.localhost", "127.0.0.1") + (await form.getAttribute("href")));
  assert.equal((await answer.body()).subarray(0, 5).toString(), "%PDF-");
  assert.equal((await documents()).webhooks, 1);
});

scenario("the same person comes back and types no password", async (page) => {
  await open(page);
  await page.getByRole("button", { name: "Connect a bank" }).click();
  const frame = inside(page);
  await frame.getByRole("button", { name: "Continue with the saved sign-in" }).waitFor();
  await frame.getByRole("button", { name: "Choose another institution" }).waitFor();
  await shot(page, "returning");
  await frame.getByRole("button", { name: "Continue with the saved sign-in" }).click();
  await frame.getByRole("heading", { name: /Getting your data|connected/ }).first().waitFor();
  await shot(page, "retrieving");
  await finish(page);
  await page.waitForFunction(() => window.called.length === 1);
  await page.getByText("papers are here").waitFor();
  assert.equal((await page.evaluate(() => window.called))[0][0].status, "success");
  assert.equal((await documents()).webhooks, 2);
});

scenario("a token used twice says so in a modal and calls no success", async (page, context, consoleErrors) => {
  await open(page);
  await page.getByRole("button", { name: "Connect a bank" }).click();
  await inside(page).getByRole("button", { name: "Continue with the saved sign-in" }).waitFor();
  await page.evaluate(() => {
    window.exits = [];
    window.second = window.Taiki.create({ ...window.options, onExit: (...args) => window.exits.push(args) });
  });
  await inside(page).getByRole("button", { name: "Cancel" }).click();
  await page.locator("iframe").waitFor({ state: "detached" });
  await page.evaluate(() => window.second.open());
  const box = page.getByRole("alertdialog", { name: "This window could not be opened" });
  await box.waitFor();
  await shot(page, "used");
  assert.deepEqual(await page.evaluate(() => window.exits.map(([error]) => error)), [{ error: "gone" }]);
  assert.deepEqual(await page.evaluate(() => window.called), []);
  await box.getByRole("button", { name: "Close" }).click();
  await box.waitFor({ state: "detached" });
  assert.equal(await page.locator("iframe, dialog").count(), 0);
  consoleErrors.length = 0; // the browser notes the 410
});

scenario("a retrieval that failed exits with its reason", async (page) => {
  await open(page);
  await page.evaluate(() => {
    const { create } = window.Taiki;
    window.exits = [];
    window.Taiki.create = (options) => create({ ...options, onExit: (...args) => window.exits.push(args) });
  });
  await page.getByRole("button", { name: "Connect a bank" }).click();
  const frame = inside(page);
  await frame.getByRole("button", { name: "Choose another institution" }).click();
  await frame.getByRole("button", { name: /Anchor Brokerage/ }).click();
  await frame.getByRole("button", { name: "Agree and continue" }).click();
  await frame.getByLabel("User name").fill("good");
  await frame.getByLabel("Password", { exact: true }).fill("PRODUCT_FAILS_accounts+PRODUCT_FAILS_statements+PRODUCT_FAILS_tax_forms");
  await frame.getByRole("button", { name: "Sign in" }).click();
  const accounts = frame.getByRole("button", { name: "Connect these accounts" });
  const done = frame.getByRole("button", { name: "Finish" });
  await accounts.or(done).first().waitFor();
  if (await accounts.isVisible()) await accounts.click();
  await done.waitFor({ timeout: 40_000 });
  await shot(page, "failed");
  await done.click();
  await page.waitForFunction(() => window.exits.length === 1);
  assert.deepEqual((await page.evaluate(() => window.exits))[0][0], { error: "institution_down" });
  assert.deepEqual(await page.evaluate(() => window.called), []);
  assert.equal((await documents()).webhooks, 2);
});

await run();
