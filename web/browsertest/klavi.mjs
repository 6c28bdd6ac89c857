// A Klavi link in a frame of the partner's page, as customers of the vendor's older
// generation have it: the address in an iframe, and the tracking events by postMessage.
import assert from "node:assert/strict";
import { config, run, scenario } from "./scenario.mjs";

const CPF = "52998224725";

async function klavi(path, token, body) {
  const answer = await fetch(config.api + "/data/v1" + path, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...(token && { Authorization: "Bearer " + token }) },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

async function link(more) {
  const { accessToken } = await klavi("/auth", "", { accessKey: config.accessKey, secretKey: config.secretKey });
  return klavi("/links", accessToken, { personalTaxId: CPF, email: "ana@example.com", redirectURL: config.host + "/done", externalInfo: { myTraceId: "secret trace" }, ...more });
}

/** Keeps what arrives at a page, in order; of durations only that they are some. */
const listen = (page) => page.addInitScript(() => {
  if (window !== top) return;
  window.heard = [];
  addEventListener("message", ({ origin, data }) => heard.push({ origin, data }));
});
const heard = (page) => page.evaluate(() => window.heard);

/** Waits until something holds that no page can wait for. */
async function until(holds, what) {
  for (const end = Date.now() + 45_000; !(await holds()); await new Promise((next) => setTimeout(next, 20))) {
    if (Date.now() > end) throw new Error("in vain: " + what);
  }
}

/** Everything that a page hears until it hears what is posted to it now. */
async function heardUntilNow(page) {
  await page.evaluate(() => postMessage("now", "*"));
  await page.waitForFunction(() => heard.some(({ data }) => data === "now"));
  return (await heard(page)).filter(({ data }) => data !== "now");
}

/** Shows an address in the page's frame. */
async function frame(page, address) {
  await page.evaluate((src) => (document.querySelector("iframe").src = src), address);
  return page.frameLocator("iframe");
}

async function embedded(page, more) {
  await listen(page);
  await page.goto(config.host + "/");
  const made = await link(more);
  return { made, inside: await frame(page, made.linkURL) };
}

const told = (all) => all.map(({ data: { eventName, payload } }) => {
  const { duration, ...rest } = payload;
  if (eventName === "page_duration") assert.ok(Number.isInteger(duration) && duration >= 0, "a duration of " + duration);
  return [eventName, ...Object.values(rest)].join(" ");
});

/** Signs in at the make-believe bank, or gives up there. */
async function atBank(context, inside, gives) {
  const [bank] = await Promise.all([context.waitForEvent("page"), inside.getByRole("button", { name: "Go to Banco Farol" }).click()]);
  await bank.getByLabel("Usuário").fill("good");
  await bank.getByLabel("Senha").fill("good");
  await bank.getByRole("button", { name: "Continuar" }).click();
  await bank.getByRole("button", { name: "Continuar" }).click(); // the accounts
  await bank.getByRole("button", { name: gives ? "Autorizar" : "Recusar e voltar" }).click();
}

scenario("klavi: the partner's page hears what the person does, in order", async (page, context) => {
  const { made, inside } = await embedded(page);
  const next = () => inside.getByRole("button", { name: "Continue", exact: true }).click();
  await next();
  await inside.getByRole("button", { name: "Back" }).click();
  await next();
  const search = inside.getByRole("searchbox");
  for (const personal of ["529.982.247-25", "X1234567L", "ana@ex"]) { // slowly: typing rests after every key
    await search.fill("");
    await search.pressSequentially(personal, { delay: 500 });
  }
  await search.fill("farol");
  await inside.getByRole("button", { name: /Banco Âncora/ }).waitFor({ state: "hidden" });
  await page.waitForFunction(() => heard.some(({ data }) => data.payload.key === "farol"));
  await inside.getByRole("button", { name: /Banco Farol/ }).click();
  await inside.locator("main summary").click();
  await inside.getByRole("button", { name: "Agree and continue" }).click();
  await atBank(context, inside, true);
  await inside.getByRole("button", { name: "Yes, share my data" }).click();
  await inside.getByRole("button", { name: "Finish" }).click();
  await inside.getByRole("heading", { name: "Obrigado!" }).waitFor(); // the frame goes where a window would
  const all = await heard(page);
  const bank = "001 Banco Farol";
  const lines = told(all).filter((line) => !line.endsWith(" retrieving") // it may be over too soon to be seen
    && !/^institution_list_search (5|52|529\.?|X|X1|X12|X123|a|an|ana)$/.test(line)); // nor does a slow machine rest after every key
  assert.deepEqual(lines.filter((line, n) => !/^page_.* authorise$/.test(line) || line !== lines[n - 2]), [ // nor how often the way to the bank is loaded anew
    "app_loaded", "page_view landing", "landing_continue_click",
    "page_duration landing", "page_view institution_list", "institution_list_back_click",
    "page_duration institution_list", "page_view landing", "landing_continue_click",
    "page_duration landing", "page_view institution_list", "institution_list_search farol", "institution_click " + bank,
    "page_duration institution_list", "page_view data_confirmation", "data_confirmation_validity_click " + bank, "data_confirmation_continue_click " + bank,
    "page_duration data_confirmation", "page_view authorise",
    "page_duration authorise", "page_view lgpd",
    "page_duration lgpd", "page_view authorise_success", `authorise_success ${bank} 1`, "authorise_success_finish_click " + bank,
    "page_duration authorise_success", "page_view end", "page_duration end",
  ]);
  for (const { origin, data } of all) {
    assert.equal(origin, config.api);
    assert.deepEqual(Object.keys(data), ["eventName", "payload"]);
  }
  const text = JSON.stringify(all);
  for (const secret of [CPF, "529.982", made.linkToken, made.linkId, "ana@example.com", "secret trace", "/f/"]) assert.ok(!text.includes(secret), secret + " is told");
});

scenario("klavi: a browser that does not say who embeds a page tells the page that does", async (page) => {
  await page.route("**/static/tracking.*.js", async (route) => {
    const response = await route.fetch();
    const script = await response.text();
    assert.ok(script.includes("location.ancestorOrigins?.[0]"));
    await route.fulfill({ response, body: script.replace("location.ancestorOrigins?.[0]", "undefined") });
  });
  const { inside } = await embedded(page);
  await inside.getByRole("button", { name: "Continue", exact: true }).click();
  await inside.getByRole("button", { name: "Back" }).click();
  await page.waitForFunction(() => heard.filter(({ data }) => data.payload.page === "landing").length > 2);
  assert.deepEqual(told(await heard(page)), [
    "app_loaded", "page_view landing", "landing_continue_click",
    "page_duration landing", "page_view institution_list", "institution_list_back_click",
    "page_duration institution_list", "page_view landing",
  ]);
});

scenario("klavi: giving up is heard, at the bank and here", async (page, context) => {
  const { inside } = await embedded(page, { institutionCode: "001" });
  await inside.getByRole("button", { name: "Continue", exact: true }).click();
  await inside.getByRole("button", { name: "Agree and continue" }).click();
  await atBank(context, inside, false);
  await page.waitForFunction(() => heard.some(({ data }) => data.eventName === "authorise_fail"));
  const failed = told(await heard(page));
  assert.deepEqual(failed.slice(-2), ["page_view authorise_fail", "authorise_fail 001 Banco Farol 1"]);
  const again = await frame(page, (await link()).linkURL);
  await again.getByRole("button", { name: "Cancel" }).click();
  await again.getByRole("heading", { name: "Obrigado!" }).waitFor();
  assert.deepEqual(told(await heard(page)).slice(failed.length, failed.length + 4), [
    "page_duration authorise_fail", "app_loaded", "page_view landing", "landing_exit_click",
  ]);
});

/** A page whose origin is nobody's, with the same frame. */
async function stranger(page, address) {
  await page.goto("about:blank");
  await page.setContent('<iframe name="klavi" width="420" height="720"></iframe>');
  await page.evaluate(() => {
    window.heard = [];
    addEventListener("message", ({ origin, data }) => heard.push({ origin, data }));
  });
  return frame(page, address);
}

scenario("klavi: a page of no registered origin sees nothing and hears nothing", async (page, context, consoleErrors) => {
  await stranger(page, (await link()).linkURL);
  await until(() => page.frame("klavi").url().startsWith("chrome-error:"), "the browser refuses the frame");
  assert.deepEqual(await heardUntilNow(page), []);
  consoleErrors.length = 0;
});

scenario("klavi: the script tells no other origin even where a browser shows the page there", async (page) => {
  const entered = await fetch((await link()).linkURL, { redirect: "manual", headers: { "Sec-Fetch-Dest": "iframe" } });
  await page.route("**/f/**", async (route) => {
    const response = await route.fetch();
    const headers = response.headers();
    if (headers["content-security-policy"]) headers["content-security-policy"] = headers["content-security-policy"].replace(/; frame-ancestors.*/, "");
    await route.fulfill({ response, headers });
  });
  const inside = await stranger(page, config.api + entered.headers.get("location"));
  await inside.getByRole("button", { name: "Continue", exact: true }).click();
  await inside.getByRole("searchbox").waitFor();
  assert.deepEqual(await heardUntilNow(page), []);
  await page.unrouteAll({ behavior: "ignoreErrors" }); // a picture may still be under way
});

await run();
