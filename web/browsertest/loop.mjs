// A person links a bank at one server, whose own connector sends them to another server's
// hosted page and takes them back from there.
import assert from "node:assert/strict";
import { config, run, scenario } from "./scenario.mjs";

const buttons = /^(Continue|Agree and continue|Go to Cove Bank|Sign in|Connect these accounts|Finish)$/;

/** Presses what each page offers, until the browser is back at the application. */
async function walk(page) {
  const seen = new Set();
  for (let pressed = "", n = 0; n < 25; n++) {
    const button = page.locator("main").getByRole("button", { name: buttons }).first();
    const before = pressed;
    await expectPage(page, async () => (await page.locator("#application").count()) > 0 || ((await button.count()) > 0 && (await titleOf(page)) !== before));
    if (page.url().startsWith(config.ends)) return seen;
    seen.add(new URL(page.url()).origin);
    pressed = await titleOf(page);
    const password = page.getByLabel("Password", { exact: true });
    if (await password.isVisible()) {
      await page.getByLabel("User name").fill(config.user);
      await password.fill(config.password);
    }
    await button.click();
  }
  throw new Error(`the pages do not end; the person is at ${page.url()}`);
}

const titleOf = async (page) => new URL(page.url()).origin + " " + (await page.locator("main h1").first().textContent({ timeout: 1000 }));

/** Waits until a page holds something, whatever loads meanwhile. */
async function expectPage(page, holds) {
  let last = "";
  for (const end = Date.now() + 20_000; Date.now() < end; await page.waitForTimeout(100)) {
    try {
      if (await holds()) return;
    } catch (e) { last = String(e); } // it was being replaced
  }
  throw new Error(`the page does not go on; the person is at ${page.url()}:\n${await page.locator("body").innerText()}\n${last}`);
}

scenario(config.name, async (page) => {
  await page.goto(config.address);
  const seen = await walk(page);
  assert.deepEqual([...seen].sort(), [...config.servers].sort());
});

await run();
