// The forms about files, at a server that answers them as an institution would: several
// files, the mapping with its preview, and what is imported.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { api, config, run, scenario } from "./scenario.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

async function accessible(page) {
  const found = await page.evaluate(() => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
  assert.deepEqual(found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(" ")}`), []);
}

const open = (page, name) => page.goto(config.api + "/l/" + name);
const file = (name, size) => ({ name, mimeType: "text/plain", buffer: Buffer.alloc(size, "a") });
const posted = (name) => api("GET", "/posted/" + name);
const shot = (page, name) => process.env.SHOTS && page.screenshot({ path: `${process.env.SHOTS}/${name}.png`, fullPage: true });

/** Drops files on the page's zone as a file manager does. */
async function drop(page, files) {
  const data = await page.evaluateHandle((all) => {
    const carried = new DataTransfer();
    for (const f of all) carried.items.add(new File([f.text], f.name, { type: "text/plain" }));
    return carried;
  }, files);
  await page.dispatchEvent(".drop", "drop", { dataTransfer: data });
}

scenario("files are dropped, chosen, taken out again and sent", async (page, context) => {
  await context.addInitScript(axe);
  await open(page, "files-1");
  await drop(page, [{ name: "January.ofx", text: "one" }, { name: "February.ofx", text: "two" }]);
  await page.getByText("2 files chosen").waitFor();
  await page.locator("input[type=file]").setInputFiles([file("March.csv", 2048), file("April.csv", 1_500_000)]);
  await page.getByText("4 files chosen").waitFor();
  await page.getByText("1.4\u00a0MB").waitFor();
  await page.getByText("2.0\u00a0KB").waitFor();
  await accessible(page);
  await shot(page, "files-chosen");
  await page.getByRole("button", { name: "Remove February.ofx" }).click();
  await page.getByText("3 files chosen").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), "Remove March.csv");
  await drop(page, [{ name: "January.ofx", text: "one" }]); // another of the same name, made now
  await page.getByText("4 files chosen").waitFor();
  await page.getByRole("button", { name: "Remove January.ofx" }).last().click();
  await Promise.all([page.waitForEvent("framenavigated"), page.getByRole("button", { name: "Upload" }).click()]);
  assert.deepEqual((await posted("files-1")).posted, ["January.ofx 3", "March.csv 2048", "April.csv 1500000"]);
});

scenario("files are chosen, taken out and sent by keyboard alone", async (page) => {
  let chosen;
  const chooser = new Promise((done) => (chosen = done));
  page.on("filechooser", chosen); // before the page is there: the browser must know that no window is to open
  await open(page, "files-2");
  const tab = async (until) => {
    for (let n = 0; n < 30; n++) {
      await page.keyboard.press("Tab");
      if (await page.evaluate(until)) return;
    }
    throw new Error("the keyboard does not reach " + until);
  };
  await tab(() => document.activeElement.type === "file");
  await page.keyboard.press("Enter");
  const files = await chooser;
  assert.ok(files.isMultiple());
  await files.setFiles([file("a.ofx", 10), file("b.ofx", 20)]);
  await page.getByText("2 files chosen").waitFor();
  await tab(() => document.activeElement.getAttribute("aria-label") === "Remove b.ofx");
  await page.keyboard.press("Enter");
  await page.getByText("1 file chosen").waitFor();
  await tab(() => document.activeElement.innerText === "Upload");
  await Promise.all([page.waitForEvent("framenavigated"), page.keyboard.press("Enter")]);
  assert.deepEqual((await posted("files-2")).posted, ["a.ofx 10"]);
});

scenario("a file that would be refused is named before anything is sent", async (page, context) => {
  await context.addInitScript(axe);
  await open(page, "files-3");
  await drop(page, [{ name: "fine.ofx", text: "one" }, { name: "nothing.csv", text: "" }]);
  await page.getByRole("alert").getByText("nothing.csv is empty.").waitFor();
  await accessible(page);
  await page.getByRole("button", { name: "Upload" }).click();
  assert.deepEqual((await posted("files-3")).posted, []);
  await page.getByRole("button", { name: "Remove nothing.csv" }).click();
  await page.getByRole("alert").waitFor({ state: "hidden" });
  await drop(page, Array.from({ length: 21 }, (_, n) => ({ name: `part-${n}.ofx`, text: "x" })));
  await page.getByRole("alert").getByText("You can send up to 20 files").waitFor();
  await page.locator("input[type=file]").setInputFiles([]);
  for (const n of [0, 1]) await page.getByRole("button", { name: `Remove part-${n}.ofx` }).click();
  await page.getByText("20 files chosen").waitFor();
  await page.getByRole("alert").waitFor({ state: "hidden" });
});

scenario("how far the files are is shown while they are sent, and a failure can be mended", async (page, context, consoleErrors) => {
  await open(page, "files-4");
  await page.route("**/upload", (route) => route.abort());
  await page.locator("input[type=file]").setInputFiles([file("January.ofx", 1000), file("February.ofx", 1000)]);
  await page.getByRole("button", { name: "Upload" }).click();
  await page.getByRole("alert").getByText("didn’t get through").waitFor();
  consoleErrors.length = 0; // the browser says so too
  await page.unroute("**/upload");
  let go;
  await page.route("**/upload", async (route) => { await new Promise((done) => (go = done)); await route.continue(); });
  await page.getByRole("button", { name: "Upload" }).click();
  await page.getByRole("progressbar").waitFor();
  await shot(page, "files-sending");
  assert.ok(await page.locator("input[type=file]").isDisabled());
  await Promise.all([page.waitForEvent("framenavigated"), go()]);
  assert.deepEqual((await posted("files-4")).posted, ["January.ofx 1000", "February.ofx 1000"]);
});

scenario("several files are sent without a script", async (page, context) => {
  await open(page, "files-5");
  await page.locator("input[type=file]").setInputFiles([file("a.ofx", 10), file("b.ofx", 20)]);
  await page.getByRole("button", { name: "Upload" }).click();
  await page.waitForLoadState();
  assert.deepEqual((await posted("files-5")).posted, ["a.ofx 10", "b.ofx 20"]);
}, { javaScriptEnabled: false });

scenario("the preview of a mapping follows what is chosen", async (page, context) => {
  await context.addInitScript(axe);
  await open(page, "mapping-1");
  const preview = page.locator("#gives-preview");
  assert.equal(await page.getByRole("button", { name: "Preview the result" }).count(), 0);
  await preview.getByText("−€45.90").waitFor();
  await page.evaluate(() => (window.stayed = true));
  await page.getByLabel("Signs").focus();
  await page.getByLabel("Signs").selectOption("inverted");
  await preview.getByText("−€1,850.00").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.labels[0].innerText), "Signs");
  await accessible(page);
  await page.getByLabel("Dates").selectOption("month_first");
  await page.getByRole("status").getByText("May 1, 2024").waitFor();
  await page.getByLabel("Importe").selectOption("ignore");
  await preview.getByText("No row can be read this way yet.").waitFor();
  await accessible(page);
  await page.getByLabel("Importe").selectOption("amount");
  await preview.getByText("€45.90").waitFor();
  await page.getByLabel("Currency").fill("USD");
  await preview.getByText("$45.90", { exact: true }).waitFor();
  assert.ok(await page.evaluate(() => window.stayed), "the page was loaded anew");
  await page.getByRole("button", { name: "Continue", exact: true }).click();
  await page.waitForLoadState();
  const { posted: buttons, stale } = await posted("mapping-1");
  assert.equal(stale, 0);
  assert.equal(buttons.at(-1), "main");
  assert.ok(buttons.slice(0, -1).every((b) => b === "try") && buttons.length >= 6, buttons.join());
});

scenario("changes that come fast, and going on at once, name no turn that is over", async (page) => {
  await open(page, "mapping-2");
  const slow = page.waitForRequest((r) => /column\.2=ignore.*sign=inverted/.test(r.postData() || ""));
  await page.getByLabel("Concepto").selectOption("ignore");
  await page.getByLabel("Signs").selectOption("inverted");
  await slow; // under way
  await page.getByLabel("Dates").selectOption("month_first");
  await Promise.all([page.waitForEvent("framenavigated"), page.getByRole("button", { name: "Continue", exact: true }).click()]);
  const { posted: buttons, stale } = await posted("mapping-2");
  assert.equal(stale, 0);
  assert.equal(buttons.at(-1), "main");
  assert.ok(buttons.length <= 3 && buttons.slice(0, -1).every((b) => b === "try"), buttons.join());
  assert.equal(await page.getByLabel("Dates").inputValue(), "month_first");
});

scenario("a preview that fails leaves the button to try", async (page, context, consoleErrors) => {
  await open(page, "mapping-3");
  await page.route("**/answer", (route) => route.abort());
  await page.getByLabel("Signs").selectOption("inverted");
  await page.getByRole("button", { name: "Preview the result" }).waitFor();
  consoleErrors.length = 0;
  await page.unroute("**/answer");
  await Promise.all([page.waitForEvent("framenavigated"), page.getByRole("button", { name: "Preview the result" }).click()]);
  await page.locator("#gives-preview").getByText("−€1,850.00").waitFor();
});

scenario("a mapping is tried and sent without a script", async (page) => {
  await open(page, "mapping-4");
  await page.getByLabel("Signs").selectOption("inverted");
  await page.getByRole("button", { name: "Preview the result" }).click();
  await page.locator("#gives-preview").getByText("−€1,850.00").waitFor();
  assert.equal(await page.getByLabel("Signs").inputValue(), "inverted");
  await page.getByRole("button", { name: "Continue", exact: true }).click();
  await page.waitForLoadState();
  assert.deepEqual((await posted("mapping-4")).posted, ["try", "main"]);
}, { javaScriptEnabled: false });

for (const [n, javaScriptEnabled] of [true, false].entries()) {
  scenario(`what was understood is imported, or other files are brought, ${javaScriptEnabled ? "with" : "without"} scripts`, async (page) => {
    const name = "preview-" + (n + 1);
    await open(page, name);
    await page.getByRole("heading", { name: "Girokonto" }).waitFor();
    await page.getByText("This archive holds no statement.").waitFor();
    assert.equal(await page.getByText("line 118").isVisible(), false);
    await page.getByText("16 notes about your files").click();
    await page.getByText("giro-2024-q1.xml, line 118: BookgDt must be a date").waitFor();
    await page.getByRole("button", { name: "Choose other files" }).click();
    await page.waitForLoadState();
    await page.getByRole("button", { name: "Import" }).click();
    await page.waitForLoadState();
    assert.deepEqual((await posted(name)).posted, ["another", "import"]);
  }, { javaScriptEnabled });
}

await run();
