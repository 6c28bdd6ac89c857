// The hosted page as a page of its own.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { api, config, run, scenario } from "./scenario.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

async function open(page, request = {}) {
  const link = await api("POST", "/links", { person: "ada", ...request });
  await page.goto(link.url);
  return link;
}

async function accessible(page) {
  const found = await page.evaluate(() => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
  assert.deepEqual(found.violations.map((v) => `${v.id} at ${page.url()}: ${v.nodes.map((n) => n.html).join(" ")}`), []);
}

// The page's script gives its heading the focus, a moment after it can be seen.
const headingHasFocus = (page) => page.waitForFunction(() => document.activeElement.id === "heading");

scenario("the whole way by keyboard, and axe finds nothing on it", async (page, context) => {
  await context.addInitScript(axe);
  await open(page);
  await page.getByRole("heading", { name: /Connect your accounts/ }).waitFor();
  await headingHasFocus(page);
  await accessible(page);
  const press = async (name) => {
    for (let n = 0; n < 40; n++) {
      await page.keyboard.press("Tab");
      const label = await page.evaluate(() => document.activeElement.innerText || document.activeElement.getAttribute("aria-label") || document.activeElement.id);
      if (label.includes(name)) return page.keyboard.press("Enter");
    }
    throw new Error("the keyboard does not reach " + name);
  };
  await press("Continue");
  await page.getByRole("heading", { name: "Choose your institution" }).waitFor();
  await accessible(page);
  await page.getByRole("searchbox").focus();
  await page.keyboard.type("harb");
  await page.getByText("Anchor Brokerage").waitFor({ state: "hidden" });
  await accessible(page);
  await press("Harbor Bank");
  await page.getByRole("heading", { name: /What you share/ }).waitFor();
  await headingHasFocus(page);
  await accessible(page);
  await press("Agree and continue");
  await page.getByRole("heading", { name: /Sign in to Harbor/ }).waitFor();
  await accessible(page);
  await page.getByLabel("User name").focus();
  await page.keyboard.type("otp");
  await page.getByLabel("Password", { exact: true }).focus();
  await page.keyboard.type("otp");
  await page.keyboard.press("Enter");
  await page.getByLabel("One-time code").focus();
  await accessible(page);
  await page.keyboard.type("1234");
  await page.keyboard.press("Enter");
  const accounts = page.getByRole("button", { name: "Connect these accounts" });
  const done = page.getByRole("button", { name: "Finish" });
  await accounts.or(done).first().waitFor();
  await accessible(page);
  if (await accounts.isVisible()) await accounts.press("Enter");
  await done.waitFor();
  await accessible(page);
  await done.press("Enter");
  await page.getByRole("heading", { name: "All done" }).waitFor();
  await accessible(page);
});

scenario("the same way with scripts off", async (page) => {
  await open(page);
  await page.getByRole("button", { name: "Continue", exact: true }).click();
  await page.getByRole("searchbox").fill("ancor");
  await page.getByRole("searchbox").press("Enter");
  await page.getByText("Banco Âncora").waitFor();
  await page.getByRole("searchbox").fill("Harbor");
  await page.getByRole("searchbox").press("Enter");
  await page.getByRole("button", { name: /Harbor Bank/ }).click();
  await page.getByRole("button", { name: "Agree and continue" }).click();
  await page.getByLabel("User name").fill("good");
  await page.getByLabel("Password", { exact: true }).fill("good");
  await page.getByRole("button", { name: "Sign in" }).click();
  const accounts = page.getByRole("button", { name: "Connect these accounts" });
  const done = page.getByRole("button", { name: "Finish" });
  await accounts.or(done).first().waitFor();
  if (await accounts.isVisible()) await accounts.click();
  await done.click();
  await page.getByRole("heading", { name: "All done" }).waitFor();
}, { javaScriptEnabled: false });

scenario("a slow bank is waited for without a word of script", async (page) => {
  await open(page, { institution_id: "harbor" });
  await page.getByRole("button", { name: "Continue", exact: true }).click();
  await page.getByRole("button", { name: "Agree and continue" }).click();
  await page.getByLabel("User name").fill("good");
  await page.getByLabel("Password", { exact: true }).fill("SLOW_3");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: /Finish|Connect these accounts/ }).waitFor();
}, { javaScriptEnabled: false });

scenario("a slow bank is waited for by the script", async (page) => {
  await open(page, { institution_id: "harbor" });
  await page.getByRole("button", { name: "Continue", exact: true }).click();
  await page.getByRole("button", { name: "Agree and continue" }).click();
  await page.getByLabel("User name").fill("good");
  await page.getByLabel("Password", { exact: true }).fill("SLOW_3");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: /Finish|Connect these accounts/ }).waitFor();
});

/** Starts a login with a password that calls up what shall happen. */
async function signIn(page, password) {
  await open(page, { institution_id: "harbor", person: "p-" + password.toLowerCase() });
  await page.getByRole("button", { name: "Continue", exact: true }).click();
  await page.getByRole("button", { name: "Agree and continue" }).click();
  await page.getByLabel("User name").fill("good+" + password.toLowerCase());
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Answers whatever form comes as the sandbox's rules say, until the end is in sight. */
async function answer(page) {
  const over = page.getByRole("button", { name: /Finish|Connect these accounts/ });
  for (let n = 0; n < 8; n++) {
    const confirm = page.locator("main form.main .button");
    await confirm.first().waitFor();
    if (await over.isVisible()) return;
    await accessible(page);
    for (const field of await page.locator("main input[inputmode=numeric]").all()) await field.fill("1234");
    for (const field of await page.getByLabel(/^Question \d+/).all()) {
      const label = await field.evaluate((f) => f.labels[0].innerText);
      await field.fill(label.match(/“(.*)”/)[1]);
    }
    const radio = page.locator("main input[type=radio]");
    if (await radio.count()) await radio.first().check();
    const key = await page.evaluate(() => document.body.dataset.stage + document.querySelector("[name=_turn]")?.value);
    await confirm.first().click();
    await page.waitForFunction((k) => document.body.dataset.stage + document.querySelector("[name=_turn]")?.value !== k, key).catch(() => {});
  }
  throw new Error("the questions do not end");
}

for (const factor of ["SCA_SMS", "SCA_CODE_DEVICE", "SCA_COORDINATE", "SCA_UPDATABLE_QR", "SCA_IMAGE", "SCA_QUESTIONS", "SCA_CARD_READER"]) {
  scenario(`the second factor ${factor} can be given`, async (page, context) => {
    await context.addInitScript(axe);
    await signIn(page, factor);
    await answer(page);
  });
}

scenario("an approval on the phone goes on by itself", async (page) => {
  await signIn(page, "SCA_APP");
  await page.getByRole("heading", { name: "Confirm on your phone" }).waitFor();
  const { data } = await api("GET", "/sandbox/approvals");
  const mine = data.find((a) => a.user.includes("sca_app"));
  await api("POST", "/sandbox/approvals/" + encodeURIComponent(mine.id), { approve: true });
  await page.getByRole("button", { name: /Finish|Connect these accounts/ }).waitFor();
});

/** Goes to the form for files, by search where no institution is named. */
async function toFiles(page, person) {
  await open(page, { person });
  await page.getByRole("button", { name: "Continue", exact: true }).click();
  await page.getByRole("searchbox").fill("Zzyzx Savings");
  await page.getByRole("searchbox").press("Enter");
  await page.locator(".empty").getByText("Zzyzx Savings").waitFor();
  await page.getByRole("button", { name: "Upload a statement instead" }).click();
  await page.getByRole("button", { name: "Agree and continue" }).click();
}

const shot = (page, name) => process.env.SHOTS && page.screenshot({ path: `${process.env.SHOTS}/${name}.png`, fullPage: true });

for (const javaScriptEnabled of [true, false]) {
  const words = javaScriptEnabled ? "with" : "without";
  scenario(`whose bank is not found uploads a statement, sees what it holds and imports it, ${words} scripts`, async (page, context) => {
    if (javaScriptEnabled) await context.addInitScript(axe);
    await toFiles(page, "upload-" + words);
    const broken = { name: "Holiday plans.ofx", mimeType: "text/plain", buffer: Buffer.from("OFXHEADER:100\nDATA:OFXSGML\n\n<OFX><SIGNONMSGSRSV1>") };
    await page.locator("input[type=file]").setInputFiles(["testdata/statement.ofx", "testdata/card.ofx"]);
    await page.getByRole("button", { name: "Upload" }).click();
    await page.getByRole("heading", { name: "Check before you import" }).waitFor();
    if (javaScriptEnabled) await accessible(page);
    await shot(page, "path-preview-" + words);
    await page.getByText("statement.ofx").waitFor();
    await page.getByText("card.ofx, line 18: DTPOSTED must be").waitFor();
    assert.equal(await page.locator(".account").count(), 2);
    await page.getByRole("button", { name: "Choose other files" }).click();
    await page.locator("input[type=file]").setInputFiles(broken);
    await page.getByRole("button", { name: "Upload" }).click();
    await page.getByRole("alert").first().waitFor();
    if (javaScriptEnabled) await accessible(page);
    await shot(page, "path-refused-" + words);
    await page.locator("input[type=file]").setInputFiles("testdata/statement.ofx");
    await page.getByRole("button", { name: "Upload" }).click();
    await page.getByRole("button", { name: "Import" }).click();
    await page.getByRole("button", { name: "Finish" }).waitFor();
    await shot(page, "path-result-" + words);
    if (javaScriptEnabled) await accessible(page);
  }, { javaScriptEnabled });

  scenario(`a table that is of no known layout is explained and imported ${words} scripts`, async (page, context) => {
    if (javaScriptEnabled) await context.addInitScript(axe);
    await toFiles(page, "table-" + words);
    await page.locator("input[type=file]").setInputFiles("testdata/unknown.csv");
    await page.getByRole("button", { name: "Upload" }).click();
    await page.getByRole("heading", { name: "What’s in the columns?" }).waitFor();
    assert.equal(await page.getByLabel("Bedrag").inputValue(), "amount");
    if (javaScriptEnabled) await accessible(page);
    const preview = page.locator("#gives-preview");
    const tried = async () => { if (!javaScriptEnabled) await page.getByRole("button", { name: "Preview the result" }).click(); };
    await page.getByLabel("Currency").fill("eur");
    await tried();
    await preview.getByText("−€4.50").waitFor();
    await preview.getByText("€1,850.00").waitFor();
    await shot(page, "path-mapping-" + words);
    await page.getByLabel("Naam tegenpartij").selectOption("ignore");
    await page.getByLabel("Omschrijving").selectOption("payee");
    await tried();
    await preview.getByText("Bakkerij").waitFor({ state: "detached" });
    if (javaScriptEnabled) await accessible(page);
    await page.getByRole("button", { name: "Continue", exact: true }).click();
    await page.getByRole("heading", { name: "Check before you import" }).waitFor();
    await page.getByText("3 transactions").waitFor();
    await page.getByRole("button", { name: "Import" }).click();
    await page.getByRole("button", { name: "Finish" }).waitFor();
  }, { javaScriptEnabled });
}

scenario("what a person typed and chose before the scripts arrived is not lost", async (page) => {
  let arrive;
  let gate = Promise.resolve();
  const hold = () => { gate = new Promise((done) => (arrive = done)); };
  await page.route(/\.js$/, async (route) => { await gate; await route.continue(); });
  await open(page, { person: "faster-than-scripts" });
  hold();
  await page.getByRole("button", { name: "Continue", exact: true }).click({ noWaitAfter: true });
  await page.getByRole("searchbox").fill("Zzyzx Savings");
  arrive();
  await page.locator(".empty").getByText("Zzyzx Savings").waitFor();
  await page.getByRole("button", { name: "Upload a statement instead" }).click();
  hold();
  await page.getByRole("button", { name: "Agree and continue" }).click({ noWaitAfter: true });
  await page.locator("input[type=file]").setInputFiles("testdata/statement.ofx");
  arrive();
  await page.waitForLoadState("load");
  await page.getByRole("button", { name: "Upload" }).click();
  await page.getByRole("heading", { name: "Check before you import" }).waitFor();
});

scenario("more files than can be taken, or one that is too large, are refused in words without a script", async (page) => {
  await toFiles(page, "too-much");
  const file = (name, size) => ({ name, mimeType: "text/plain", buffer: Buffer.alloc(size, "a") });
  await page.locator("input[type=file]").setInputFiles(Array.from({ length: 21 }, (_, n) => file(`part-${n}.ofx`, 5)));
  await page.getByRole("button", { name: "Upload" }).click();
  await page.getByText("You can send up to 20 files at once.").waitFor();
  await page.locator("input[type=file]").setInputFiles([file("fine.ofx", 5), file("Año 2023.ofx", 16 * 1024 * 1024 + 1)]);
  await page.getByRole("button", { name: "Upload" }).click();
  await page.getByText("Año 2023.ofx is too large (the limit is 16 MB).").waitFor();
  await shot(page, "path-too-large");
  await page.locator("input[type=file]").setInputFiles(Array.from({ length: 20 }, (_, n) => file(`part-${n}.ofx`, 5)));
  await page.getByRole("button", { name: "Upload" }).click();
  await page.getByText("You’ve sent too many files here.").waitFor();
}, { javaScriptEnabled: false });

scenario("back, forward and reload show where the link stands", async (page) => {
  const { id } = await open(page, { institution_id: "harbor" });
  await page.getByRole("button", { name: "Continue", exact: true }).click();
  await page.getByRole("button", { name: "Agree and continue" }).click();
  await page.getByLabel("User name").waitFor();
  await page.reload();
  await page.getByLabel("User name").waitFor();
  await page.getByRole("button", { name: "Back" }).click();
  await page.getByRole("button", { name: "Agree and continue" }).waitFor();
  await page.goBack();
  await page.goForward();
  await page.getByRole("button", { name: "Agree and continue" }).click();
  await page.getByLabel("User name").waitFor();
  assert.ok(page.url().includes("/l/" + id));
});

scenario("the arrow keys lead through what is found, and a country narrows it", async (page, context) => {
  await context.addInitScript(axe);
  await open(page, { stages: ["institution", "consent"] });
  const search = page.getByRole("searchbox");
  const focused = () => page.evaluate(() => document.activeElement.value);
  await search.fill("brasil");
  await page.getByText("Harbor Bank").waitFor({ state: "hidden" });
  assert.match(await page.locator("#count").textContent(), /^\d+ institutions$/);
  await page.keyboard.press("ArrowDown");
  assert.equal(await focused(), "ins_farol");
  await page.keyboard.press("ArrowDown");
  assert.equal(await focused(), "ins_ancora");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  assert.equal(await page.evaluate(() => document.activeElement.id), "q");
  await search.fill("");
  await page.getByText("Harbor Bank").waitFor();
  await page.getByRole("radio", { name: "Spain" }).check();
  await page.getByText("Harbor Bank").waitFor({ state: "hidden" });
  assert.ok(await page.getByText("Banca Puerto").isVisible());
  await accessible(page);
  await page.getByRole("radio", { name: "All" }).check();
  await page.getByText("Harbor Bank").waitFor();
  await search.fill("tern bank");
  await page.getByText("Harbor Bank").waitFor({ state: "hidden" });
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "What you share from Tern Bank" }).waitFor();
});

scenario("whoever finds nothing is led on, and the company hears of it", async (page, context) => {
  await context.addInitScript(axe);
  await open(page, { stages: ["institution"] });
  await page.getByRole("searchbox").fill("Caixa de Crédito Serrano");
  await page.getByText("Upload a statement instead").waitFor();
  await page.locator(".empty").waitFor();
  const name = page.getByLabel("Name of your bank or broker");
  assert.equal(await name.inputValue(), "Caixa de Crédito Serrano");
  await accessible(page);
  await name.fill("");
  await page.getByRole("button", { name: /^Tell / }).click();
  await page.getByText("Enter the name of your bank or broker.").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), "missing");
  await accessible(page);
  await name.fill("Caixa de Crédito Serrano");
  await page.getByRole("button", { name: /^Tell / }).click();
  await page.getByText(/^Thanks\. /).waitFor();
  await accessible(page);
});

scenario("the end leads to the application, and its back button is no trap", async (page) => {
  await open(page, { institution_id: "harbor", redirect_url: config.api + "/healthz" });
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.waitForURL(/healthz\?.*status=exited/);
});

scenario("a password can be shown, and is sent as a password", async (page) => {
  await open(page, { institution_id: "harbor" });
  await page.getByRole("button", { name: "Continue", exact: true }).click();
  await page.getByRole("button", { name: "Agree and continue" }).click();
  const password = page.getByLabel("Password", { exact: true });
  await password.fill("good");
  await page.getByRole("button", { name: "Show" }).click();
  assert.equal(await password.getAttribute("type"), "text");
  await page.getByRole("button", { name: "Hide" }).click();
  assert.equal(await password.getAttribute("type"), "password");
});

scenario("the first paint is small and asks nobody else", async (page) => {
  let bytes = 0;
  const sizes = [];
  page.on("requestfinished", async (r) => sizes.push(r.sizes().then((s) => (bytes += s.responseBodySize + s.responseHeadersSize))));
  await open(page);
  await page.waitForLoadState("networkidle");
  await Promise.all(sizes);
  assert.ok(bytes <= 16_000, bytes + " bytes until the first page stands");
  const shift = await page.evaluate(() => new Promise((done) => {
    let sum = 0;
    new PerformanceObserver((list) => { for (const e of list.getEntries()) sum += e.value; }).observe({ type: "layout-shift", buffered: true });
    requestAnimationFrame(() => setTimeout(() => done(sum), 50));
  }));
  assert.equal(shift, 0);
});

await run();
