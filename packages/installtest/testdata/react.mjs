// People on the application's page.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const config = JSON.parse(readFileSync(0, "utf8"));
const { chromium } = createRequire(import.meta.url)(config.playwright);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox"] });
const inside = (page) => page.frameLocator("iframe[name^=fairlead]");
const seen = (page) => page.evaluate(() => window.seen);

async function scenario(name, act) {
  const context = await browser.newContext({ locale: "en-US", reducedMotion: "reduce" });
  context.setDefaultTimeout(45_000);
  const page = await context.newPage();
  const errors = [];
  page.on("console", (m) => m.type() === "error" && errors.push(m.text()));
  page.on("pageerror", (e) => errors.push(String(e)));
  let error = "";
  try {
    await act(page);
    if (errors.length) error = "the console says: " + errors.join(" / ");
  } catch (e) {
    error = (e.stack || String(e)).slice(0, 3000) + "\n" + errors.join("\n");
  }
  console.log(JSON.stringify({ name, error }));
  await context.close();
}

const visit = (page, query = "") => page.goto(`${config.application}/?origin=${encodeURIComponent(config.url)}${query}`);

/** Leaves the page, and says so again where it asks. */
async function leave(page) {
  const frame = inside(page);
  await frame.getByRole("button", { name: /Cancel|Close/ }).first().click();
  const sure = frame.getByRole("button", { name: /Leave|Yes|Cancel the/ }).first();
  await Promise.race([sure.waitFor().then(() => sure.click()).catch(() => {}), page.waitForFunction(() => window.seen.exit.length > 0)]);
  await page.waitForFunction(() => window.seen.exit.length > 0);
}

async function linkUp(page) {
  const frame = inside(page);
  await frame.getByRole("button", { name: "Continue", exact: true }).click();
  await frame.getByRole("button", { name: "Agree and continue" }).click();
  await frame.getByLabel("User name").fill("good");
  await frame.getByLabel("Password", { exact: true }).fill("good");
  await frame.getByRole("button", { name: "Sign in" }).click();
  const accounts = frame.getByRole("button", { name: "Connect these accounts" });
  const done = frame.getByRole("button", { name: "Finish" });
  await accounts.or(done).first().waitFor();
  if (await accounts.isVisible()) await accounts.click();
  await done.click();
  await page.waitForFunction(() => window.seen.success.length > 0);
}

for (const [what, query] of [["Connect your accounts", ""], ["Hook number 0", ""], ["Hook number 0", "&eighteen"], ["Plain", "&plain"]]) {
  const by = query === "&eighteen" ? `${what} of React 18` : what;
  await scenario(`who leaves by ${by} is no error`, async (page) => {
    await visit(page, query);
    await page.getByRole("button", { name: what, exact: true }).click();
    await inside(page).getByRole("button", { name: "Continue", exact: true }).waitFor();
    assert.equal(await page.locator("iframe").count(), 1); // strict mode makes no second one
    await leave(page);
    const { exit, success } = await seen(page);
    assert.equal(exit.length, 1);
    assert.equal(exit[0][1].status, "exited");
    assert.match(exit[0][1].link_id, /^lnk_/);
    assert.ok(!("error" in exit[0][1]), JSON.stringify(exit));
    assert.equal(success.length, 0);
    assert.equal(await page.locator("iframe, dialog").count(), 0);
  });

  await scenario(`a bank is linked by ${by}`, async (page) => {
    await visit(page, query);
    await page.getByRole("button", { name: what, exact: true }).click();
    await linkUp(page);
    const { success, exit } = await seen(page);
    assert.equal(success.length, 1);
    assert.equal(success[0][1].status, "finished");
    assert.ok(success[0][1].code && success[0][1].connection_ids.length === 1, JSON.stringify(success));
    assert.equal(exit.length, 0);
  });
}

await scenario("another token is another link, and the newest callbacks are called", async (page) => {
  await visit(page);
  await page.getByRole("button", { name: "Hook number 0", exact: true }).click();
  await inside(page).getByRole("button", { name: "Continue", exact: true }).waitFor();
  await leave(page);
  await page.getByRole("button", { name: "Anew" }).click();
  await page.getByRole("button", { name: "Hook number 1", exact: true, disabled: false }).click();
  await linkUp(page);
  const { success, exit } = await seen(page);
  assert.equal(success[0][0], "number 1");
  assert.notEqual(success[0][1].link_id, exit[0][1].link_id);
});

await scenario("a component that goes away takes its page along", async (page) => {
  await visit(page);
  await page.getByRole("button", { name: "Hook number 0", exact: true }).click();
  await inside(page).getByRole("button", { name: "Continue", exact: true }).waitFor();
  await page.evaluate(() => document.getElementById("hide").click());
  await page.locator("iframe").waitFor({ state: "detached" });
  assert.equal(await page.evaluate(() => document.documentElement.style.overflow), "");
  assert.deepEqual((await seen(page)).exit, []);
});

await scenario("a wrong option is said in words", async (page) => {
  await visit(page, "&plain");
  assert.match(await page.evaluate(() => window.wrong()), /^TypeError: .*token must be/);
});

await browser.close();
