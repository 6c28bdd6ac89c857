// The demo of `fairlead dev`, as somebody meets it who tries Fairlead for the first time.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { api, config, run, scenario } from "./scenario.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

async function accessible(page) {
  const found = await page.evaluate(() => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
  assert.deepEqual(found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(" ")}`), []);
}

// linked links good at Harbor Bank for the person of this browser.
async function linked(page, context) {
  const person = (await context.cookies()).find((c) => c.name === "demo_person").value;
  const click = await page.request.post(config.api + "/demo/link", { headers: { "Content-Type": "application/json" }, data: {} });
  assert.equal(click.status(), 200); // it registers the endpoint of the demo's webhooks
  await api("POST", "/sandbox/links", { institution_id: "harbor", user: "good", person, wait: 60 });
}

const looks = { light: { colorScheme: "light" }, dark: { colorScheme: "dark" }, phone: { viewport: { width: 360, height: 740 } } };

for (const [look, options] of Object.entries(looks)) {
  scenario(`axe finds nothing on the demo before and after a link, ${look}`, async (page, context) => {
    await context.addInitScript(axe);
    await page.goto(config.api + "/demo");
    await page.getByRole("heading", { name: "Accounts" }).waitFor();
    await accessible(page);
    await linked(page, context);
    await page.reload();
    await page.locator("#documents a").first().waitFor();
    await accessible(page);
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/demo-${look}.png`, fullPage: true });
    const text = await page.locator("main").innerText();
    assert.match(text, /\$[\d,.]+ owed/);
    assert.doesNotMatch(text, /\d{4}-\d\d-\d\d/, "dates are in the reader's own form");
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false);
    const lefts = await page.evaluate(() => [".cards li", ".box"].map((s) => [...document.querySelectorAll(s)].map((e) => Math.round(e.getBoundingClientRect().left))));
    assert.ok(lefts[1].every((x) => lefts[0].includes(x)), `boxes stand at ${lefts[1]}, cards at ${lefts[0]}`);
  }, options);
}

scenario("the demo and the page that it opens name one company", async (page) => {
  await page.goto(config.api + "/demo");
  await page.getByRole("button", { name: "Connect an account" }).click();
  await page.frameLocator("iframe").getByText("Ledgerly").first().waitFor();
});

await run();
