// link.js on an application's page of another site than the server's.
import assert from "node:assert/strict";
import { api, config, run, scenario } from "./scenario.mjs";

const inside = (page) => page.frameLocator("iframe[name^=fairlead]");
const seen = (page) => page.evaluate(() => window.seen);

async function connect(page, { request, options, query = "" } = {}) {
  await page.goto(config.host + "/" + query);
  await page.evaluate(({ request, options }) => ((window.request = request), (window.options = options)), { request, options });
  await page.click("#connect");
  return inside(page);
}

async function signIn(frame, user = "good", password = user) {
  await frame.getByRole("button", { name: "Continue", exact: true }).click();
  await frame.getByRole("button", { name: "Agree and continue" }).click();
  await frame.getByLabel("User name").fill(user);
  await frame.getByLabel("Password", { exact: true }).fill(password);
  await frame.getByRole("button", { name: "Sign in" }).click();
}

/** Presses what is left between the login and the end. */
async function finish(frame) {
  const accounts = frame.getByRole("button", { name: "Connect these accounts" });
  const done = frame.getByRole("button", { name: "Finish" });
  await accounts.or(done).first().waitFor();
  if (await accounts.isVisible()) await accounts.click();
  await done.click();
}

const received = async (page, what) => {
  await page.waitForFunction((w) => window.seen[w].length > 0, what);
  return (await seen(page))[what];
};

scenario("a bank is linked from another site", async (page, context) => {
  await page.setViewportSize({ width: 1000, height: 800 });
  await page.goto(config.host + "/");
  await page.evaluate(() => (document.getElementById("connect").focus(), scrollTo(0, 500)));
  await page.evaluate(() => document.getElementById("connect").click());
  const frame = inside(page);
  await frame.getByRole("heading", { name: "Connect your accounts" }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.style.overflow), "hidden");
  if (process.env.SHOTS) await page.waitForTimeout(500).then(() => page.screenshot({ path: process.env.SHOTS + "/frame.png" }));
  await frame.getByRole("button", { name: "Continue", exact: true }).click();
  await frame.getByRole("searchbox").fill("harbr");
  await frame.getByText("Anchor Brokerage").waitFor({ state: "hidden" });
  await frame.getByRole("button", { name: /Harbor Bank/ }).click();
  await frame.getByRole("button", { name: "Agree and continue" }).click();
  await frame.getByLabel("User name").fill("otp");
  await frame.getByLabel("Password", { exact: true }).fill("otp");
  await frame.getByRole("button", { name: "Sign in" }).click();
  await frame.getByLabel("One-time code").fill("1234");
  await frame.getByRole("button", { name: "Confirm" }).click();
  await finish(frame);
  const success = await received(page, "success");
  assert.equal(success.length, 1);
  assert.equal(typeof success[0].code, "string");
  const { events, exit } = await seen(page);
  assert.deepEqual(exit, []);
  const names = events.map((e) => e.event);
  const order = ["ready", "open", "institution_selected", "submitted", "step", "connected", "success"];
  for (const name of order) assert.ok(names.includes(name), `no ${name} in ${names}`);
  assert.equal(names[0], "ready");
  assert.equal(names[1], "open");
  assert.equal(names.at(-1), "success");
  for (const once of ["ready", "open", "institution_selected", "connected", "success"]) assert.equal(names.filter((n) => n === once).length, 1, `${once} in ${names}`);
  for (const e of events.slice(1)) {
    assert.match(e.session, /^lnk_/);
    assert.ok(!Number.isNaN(Date.parse(e.at)));
  }
  assert.equal(await page.locator("iframe, dialog").count(), 0);
  assert.equal(await page.evaluate(() => document.documentElement.style.overflow), "");
  assert.equal(await page.evaluate(() => scrollY), 500);
  assert.equal(await page.evaluate(() => document.activeElement.id), "connect");
  assert.deepEqual(await context.cookies(), [], "a frame needs no cookie");
});

scenario("the token never stands in an address", async (page) => {
  const addresses = [];
  page.on("request", (r) => addresses.push(r.url()));
  let token;
  page.on("response", async (r) => r.url().endsWith("/token") && (token = (await r.json()).token));
  const frame = await connect(page, { request: { institution_id: "harbor" } });
  await frame.getByRole("heading", { name: /Connect your accounts/ }).waitFor();
  assert.ok(token);
  assert.ok(!addresses.some((a) => a.includes(token)), "an address holds the token");
});

scenario("cancel in the frame is reported and takes the page away", async (page) => {
  const frame = await connect(page, { request: { institution_id: "harbor" } });
  await frame.getByRole("button", { name: "Cancel" }).click();
  const [exit] = await received(page, "exit");
  assert.equal(exit.status, "exited");
  assert.ok(!("error" in exit), "a person who leaves is no error");
  assert.equal(await page.locator("iframe, dialog").count(), 0);
  const { session } = (await seen(page)).events.at(-1);
  assert.equal((await api("GET", "/links/" + session)).status, "exited");
});

scenario("escape outside of the frame leaves the link too", async (page) => {
  const frame = await connect(page, { request: { institution_id: "harbor" } });
  await frame.getByRole("heading", { name: /Connect your accounts/ }).waitFor();
  await page.waitForFunction(() => window.seen.events.some((e) => e.session)); // the frame has said where it stands
  await page.evaluate(() => document.querySelector("dialog").dispatchEvent(new Event("cancel", { cancelable: true })));
  const exit = await received(page, "exit");
  assert.equal(exit.length, 1);
  assert.equal(await page.locator("dialog:visible").count(), 0);
  const { session } = (await seen(page)).events.at(-1);
  await exited(page, session);
});

scenario("escape in the application's page asks in the middle of a sign-in, and only then leaves", async (page) => {
  const frame = await connect(page, { request: { institution_id: "harbor", person: "escapes" } });
  await signIn(frame, "otp");
  await frame.getByLabel("One-time code").waitFor();
  await page.evaluate(() => document.querySelector("dialog").dispatchEvent(new Event("cancel", { cancelable: true })));
  await frame.getByRole("link", { name: "Keep going" }).click();
  await frame.getByRole("dialog").waitFor({ state: "hidden" });
  await page.waitForTimeout(1500); // longer than a page that does not answer is waited for
  assert.deepEqual((await seen(page)).exit, []);
  await frame.getByLabel("One-time code").waitFor();
  await page.evaluate(() => document.querySelector("dialog").dispatchEvent(new Event("cancel", { cancelable: true })));
  await frame.getByRole("button", { name: "Leave" }).click();
  assert.equal((await received(page, "exit")).length, 1);
  const { session } = (await seen(page)).events.at(-1);
  await exited(page, session);
});

scenario("who leaves is not held up by a server that takes its time, and the link is left all the same", async (page) => {
  const frame = await connect(page, { request: { institution_id: "harbor" } });
  await frame.getByRole("heading", { name: /Connect your accounts/ }).waitFor();
  await page.waitForFunction(() => window.seen.events.some((e) => e.session));
  let answer;
  const held = new Promise((resolve) => (answer = resolve));
  await page.route(/\/leave\b/, (route) => held.then(() => route.continue()));
  await page.evaluate(() => document.querySelector("dialog").dispatchEvent(new Event("cancel", { cancelable: true })));
  const exit = await received(page, "exit");
  assert.deepEqual(exit, [{ reason: "closed" }]);
  assert.equal(await page.locator("dialog:visible, iframe:visible").count(), 0);
  const { session } = (await seen(page)).events.at(-1);
  assert.equal((await api("GET", "/links/" + session)).status, "open");
  answer();
  await exited(page, session);
  assert.equal((await seen(page)).exit.length, 1);
});

/** Waits until a link is left. */
async function exited(page, link) {
  for (let n = 0; n < 100 && (await api("GET", "/links/" + link)).status !== "exited"; n++) await page.waitForTimeout(100);
  assert.equal((await api("GET", "/links/" + link)).status, "exited");
}

scenario("a wrong password can be mended in the frame", async (page) => {
  const frame = await connect(page, { request: { institution_id: "harbor" } });
  await signIn(frame, "good", "WRONG_PASSWORD");
  await frame.getByText("didn’t accept your sign-in").waitFor();
  await frame.getByLabel("User name").fill("good");
  await frame.getByLabel("Password", { exact: true }).fill("good");
  await frame.getByRole("button", { name: "Sign in" }).click();
  await finish(frame);
  await received(page, "success");
  const errors = (await seen(page)).events.filter((e) => e.event === "error");
  assert.deepEqual(errors.map((e) => e.data.kind), ["rejected_login"]);
});

scenario("metadata of a page without a charset arrives as it was given", async (page) => {
  const metadata = { name: "Zo\u00eb caf\u00e9 \ud83d\ude00", lone: "\ud83d", "\u20ac": ["\u4e2d\n\t\u0000", 9007199254740993, 1.5] };
  const frame = await connect(page, { request: { institution_id: "harbor" }, options: { metadata }, query: "?nocharset" });
  assert.equal(await page.evaluate(() => document.characterSet), "windows-1252");
  await signIn(frame);
  await finish(frame);
  const [success] = await received(page, "success");
  assert.deepEqual(success.metadata, metadata);
  assert.deepEqual((await api("GET", "/links/" + success.link_id)).metadata, metadata);
});

// Bytes are counted on both sides: an accent is two, an emoji four.
for (const [unit, size] of [["x", 1], ["\u00e9", 2], ["\ud83d\ude00", 4]]) {
  for (const total of [4095, 4096, 4097]) {
    scenario(`${total} bytes of metadata made of a letter of ${size} open the page and harm nothing`, async (page) => {
      const said = [];
      page.on("console", (m) => m.type() === "warning" && said.push(m.text()));
      const content = total - 2; // its quotes
      const metadata = "x".repeat(content % size) + unit.repeat(Math.floor(content / size));
      const frame = await connect(page, { request: { institution_id: "harbor" }, options: { metadata } });
      await frame.getByRole("heading", { name: /Connect your accounts/ }).waitFor();
      await page.waitForFunction(() => window.seen.events.some((e) => e.session));
      const { session } = (await seen(page)).events.at(-1);
      const kept = (await api("GET", "/links/" + session)).metadata ?? null;
      assert.deepEqual(kept, total <= 4096 ? metadata : null);
      assert.equal(said.filter((s) => s.includes("metadata is left out")).length, total <= 4096 ? 0 : 1, String(said));
    });
  }
}

scenario("metadata that is no JSON is left out", async (page) => {
  await page.goto(config.host + "/");
  await page.evaluate(async () => {
    const metadata = {};
    metadata.self = metadata;
    window.handler = await prepare({ institution_id: "harbor" }, { metadata });
    window.handler.open();
  });
  await inside(page).getByRole("heading", { name: /Connect your accounts/ }).waitFor();
});

scenario("open before the document is there waits for it", async (page) => {
  await page.goto(config.host + "/");
  await page.evaluate(async () => {
    Object.defineProperty(document, "readyState", { value: "loading", configurable: true });
    window.handler = await prepare({ institution_id: "harbor" });
    window.handler.open();
    window.handler.open();
  });
  assert.equal(await page.locator("iframe").count(), 0);
  await page.evaluate(() => { delete document.readyState; document.dispatchEvent(new Event("DOMContentLoaded")); });
  await inside(page).getByRole("heading", { name: /Connect your accounts/ }).waitFor();
  assert.equal(await page.locator("iframe").count(), 1);
  assert.equal((await seen(page)).ready, 1);
});

scenario("a second open is nothing, and close gives the page back", async (page) => {
  const frame = await connect(page, { request: { institution_id: "harbor" } });
  await frame.getByRole("heading", { name: /Connect your accounts/ }).waitFor();
  await page.evaluate(() => (window.handler.open(), window.handler.open()));
  assert.equal(await page.locator("iframe").count(), 1);
  await page.evaluate(() => window.handler.close());
  assert.equal(await page.locator("iframe, dialog").count(), 0);
  assert.equal(await page.evaluate(() => document.documentElement.style.overflow), "");
  await page.evaluate(() => window.handler.open());
  await frame.getByRole("heading", { name: /Connect your accounts/ }).waitFor();
  await page.evaluate(() => window.handler.destroy());
  assert.equal(await page.locator("iframe, dialog").count(), 0);
  assert.match(await page.evaluate(() => { try { window.handler.open(); } catch (e) { return e.message; } }), /after destroy/);
});

scenario("the script twice and two handlers do not disturb each other", async (page) => {
  await page.goto(config.host + "/");
  await page.evaluate((api) => new Promise((done) => {
    const again = document.createElement("script");
    again.src = api + "/sdk/v1/link.js";
    again.onload = done;
    document.head.append(again);
  }), config.api);
  await page.evaluate(async () => {
    window.one = await prepare({ institution_id: "harbor" }, { container: "#place" });
    window.two = await prepare({ institution_id: "anchor" });
    window.one.open();
    window.two.open();
  });
  assert.equal(await page.locator("iframe").count(), 2);
  const overlay = page.frameLocator("dialog iframe");
  await overlay.getByRole("button", { name: "Cancel" }).click();
  await received(page, "exit");
  assert.equal(await page.locator("iframe").count(), 1);
  const place = page.frameLocator("#place iframe");
  await place.getByRole("button", { name: "Continue", exact: true }).click();
  await place.getByText("Harbor Bank").first().waitFor();
});

scenario("it is above everything", async (page) => {
  await page.goto(config.host + "/");
  await page.evaluate(() => document.body.insertAdjacentHTML("beforeend", '<div class="over">above</div>'));
  await page.evaluate(async () => (await prepare({ institution_id: "harbor" })).open());
  await inside(page).getByRole("button", { name: "Continue", exact: true }).click();
  assert.equal(await page.evaluate(() => document.elementFromPoint(innerWidth / 2, innerHeight / 2).tagName), "IFRAME");
});

scenario("on a phone it has the whole screen", async (page) => {
  await page.setViewportSize({ width: 390, height: 700 });
  const frame = await connect(page, { request: { institution_id: "harbor" } });
  await frame.getByRole("heading", { name: /Connect your accounts/ }).waitFor();
  const box = await page.locator("iframe").boundingBox();
  assert.deepEqual([box.x, box.y, box.width, box.height], [0, 0, 390, 700]);
  if (process.env.SHOTS) await page.screenshot({ path: process.env.SHOTS + "/frame-phone.png" });
});

scenario("a caller's mistake says what was expected and what was received", async (page) => {
  await page.goto(config.host + "/");
  const message = (options) => page.evaluate((o) => { try { Fairlead.create(o); return "nothing"; } catch (e) { return e.message; } }, options);
  assert.match(await message(undefined), /object like \{token, onSuccess\}; received undefined/);
  assert.match(await message({}), /token must be .* received undefined/);
  assert.match(await message({ token: "x" }), /received a string of 1 characters/);
  assert.match(await message({ token: "x".repeat(43), onSuccess: 5 }), /onSuccess must be a function; received a value of type number/);
  assert.match(await message({ token: "x".repeat(43), on_success: 1 }), /did you mean "onSuccess"/);
  assert.match(await message({ token: "x".repeat(43), colour: 1 }), /no option "colour"/);
});

scenario("a policy that forbids the frame is named", async (page, context, consoleErrors) => {
  await connect(page, { request: { institution_id: "harbor" }, query: "?noframes" });
  const [exit] = await received(page, "exit");
  assert.equal(exit.reason, "blocked");
  assert.match(exit.message, /frame-src/);
  assert.equal(await page.locator("iframe, dialog").count(), 0);
  consoleErrors.length = 0;
});

scenario("a token that is no good is reported at once", async (page, context, consoleErrors) => {
  await page.goto(config.host + "/");
  await page.evaluate(async () => (await prepare({ institution_id: "harbor" }, { token: "x".repeat(43) })).open());
  const [exit] = await received(page, "exit");
  assert.equal(exit.reason, "not_found");
  assert.ok(exit.message);
  assert.equal(await page.locator("iframe, dialog").count(), 0);
  consoleErrors.length = 0; // the browser notes the 404
});

scenario("messages of another window are not believed", async (page) => {
  const frame = await connect(page, { request: { institution_id: "harbor" } });
  await frame.getByRole("heading", { name: /Connect your accounts/ }).waitFor();
  await page.evaluate(() => window.postMessage({ type: "fairlead", event: "success", data: { code: "forged" } }, "*"));
  await page.evaluate((origin) => dispatchEvent(new MessageEvent("message", { origin, source: window, data: { type: "fairlead", event: "success", data: {} } })), config.api);
  assert.deepEqual((await seen(page)).success, []);
  assert.equal(await page.locator("iframe").count(), 1);
});

scenario("it speaks the language that was requested", async (page) => {
  const frame = await connect(page, { request: { institution_id: "harbor" }, options: { language: "pt-BR" } });
  await frame.getByRole("button", { name: "Continuar", exact: true }).click();
  await frame.getByRole("heading", { name: "O que você compartilha de Harbor Bank" }).waitFor();
});

scenario("the visit to an institution has a window of its own and comes back", async (page, context) => {
  const frame = await connect(page, { request: { institution_id: "farol" } });
  await frame.getByRole("button", { name: "Continue", exact: true }).click();
  await frame.getByRole("button", { name: "Agree and continue" }).click();
  const [window] = await Promise.all([context.waitForEvent("page"), frame.getByRole("button", { name: "Go to Banco Farol" }).click()]);
  await window.waitForURL(/\/sandbox\/farol/);
  await bank(window);
  for (let n = 0; n < 50 && !window.isClosed(); n++) await page.waitForTimeout(100);
  assert.ok(window.isClosed(), "the window stays when the visit is over, at " + window.url());
  await finish(frame);
  await received(page, "success");
});

/** Holds the page's scripts back until the function that it returns is called. */
async function holdScripts(page) {
  let arrive;
  const gate = new Promise((done) => (arrive = done));
  await page.route(/\/l\/static\/.*\.js$/, async (route) => { await gate; await route.continue().catch(() => {}); });
  return arrive;
}

scenario("who presses before the scripts arrived goes on all the same", async (page) => {
  const arrive = await holdScripts(page);
  const frame = await connect(page, { request: { institution_id: "farol" } });
  await frame.getByRole("button", { name: "Continue", exact: true }).click({ noWaitAfter: true });
  await frame.getByRole("button", { name: "Agree and continue" }).click({ noWaitAfter: true });
  await frame.getByRole("button", { name: "Go to Banco Farol" }).waitFor();
  arrive();
  await page.waitForFunction(() => window.seen.events.some((e) => e.event === "step" && e.data.stage === "conversation"));
  assert.deepEqual((await seen(page)).exit, []);
});

scenario("a page whose scripts take longer than half a minute is not taken away from who reads it", async (page) => {
  await page.clock.install();
  const arrive = await holdScripts(page);
  const frame = await connect(page, { request: { institution_id: "farol" } });
  await frame.getByRole("heading", { name: /Connect your accounts/ }).waitFor();
  await page.clock.runFor(40_000);
  assert.deepEqual((await seen(page)).exit, [], "the page was given up");
  await frame.getByRole("button", { name: "Continue", exact: true }).click({ noWaitAfter: true });
  await frame.getByRole("button", { name: "Agree and continue" }).waitFor();
  arrive();
  await page.waitForFunction(() => window.seen.events.some((e) => e.event === "step" && e.data.stage === "consent"));
  await page.clock.runFor(60_000);
  assert.deepEqual((await seen(page)).exit, []);
});

scenario("a page that never answers is given up in the end", async (page, context, consoleErrors) => {
  await page.clock.install();
  await page.route(/\/f$/, (route) => route.fulfill({ status: 200, contentType: "text/html", body: "<p>Bad gateway" }));
  const frame = await connect(page, { request: { institution_id: "farol" } });
  await frame.getByText("Bad gateway").waitFor();
  await page.clock.runFor(21_000);
  const [exit] = await received(page, "exit");
  assert.equal(exit.reason, "unreachable");
  assert.equal(await page.locator("iframe, dialog").count(), 0);
  consoleErrors.length = 0;
});

scenario("the sheet slides in and out where motion is welcome, and is gone afterwards", async (page) => {
  await page.emulateMedia({ reducedMotion: "no-preference" });
  const frame = await connect(page, { request: { institution_id: "harbor" } });
  await page.waitForFunction(() => document.getAnimations().length > 0);
  await frame.getByRole("heading", { name: /Connect your accounts/ }).waitFor();
  await frame.getByRole("button", { name: "Cancel" }).click();
  await received(page, "exit");
  await page.waitForFunction(() => !document.querySelector("iframe, dialog"));
  assert.equal(await page.evaluate(() => document.documentElement.style.overflow), "");
});

scenario("in the window of a laptop the sheet has its main action in view", async (page) => {
  await page.setViewportSize({ width: 1280, height: 720 });
  const frame = await connect(page, { request: { institution_id: "harbor" } });
  const button = frame.getByRole("button", { name: "Continue", exact: true });
  await button.waitFor();
  const [sheet, box] = [await page.locator("iframe").boundingBox(), await button.boundingBox()];
  assert.ok(sheet.y > 0 && sheet.y + sheet.height < 720 && sheet.height > 600, JSON.stringify(sheet));
  assert.ok(box.y + box.height < sheet.y + sheet.height, "the main action is cut off");
});

scenario("whoever opens the page in a window has no hold on it", async (page, context) => {
  const { id, url } = await api("POST", "/links", { person: "ada", institution_id: "farol" });
  await page.goto(config.host + "/");
  const [opened] = await Promise.all([context.waitForEvent("page"), page.evaluate((url) => void (window.held = window.open(url, "held")), url)]);
  await opened.waitForURL(new RegExp("/l/" + id));
  await opened.getByRole("heading", { name: /Connect your accounts/ }).waitFor();
  assert.equal(await opened.evaluate(() => window.opener), null);
  assert.equal(await page.evaluate(() => window.held.closed), true, "the opener still holds the window");
  await page.evaluate(() => { try { window.held.location = "/host.js"; } catch {} });
  await page.waitForTimeout(500);
  assert.ok(opened.url().includes("/l/" + id), "the opener led the page to " + opened.url());
  await opened.close();
});

/** Does what the make-believe bank's own pages require, until they lead back: then the window closes, whatever is under way in it. */
async function bank(window) {
  try {
    for (let n = 0; n < 6 && window.url().includes("/sandbox/"); n++) {
      for (const field of await window.locator("input[type=text], input:not([type])").all()) await field.fill("good");
      for (const field of await window.locator("input[type=password]").all()) await field.fill("good");
      const before = window.url();
      await window.locator("main button, form button").first().click().catch(() => {});
      await window.waitForURL((u) => u.href !== before, { timeout: 3000 }).catch(() => {});
    }
  } catch (e) {
    if (!window.isClosed()) throw e;
  }
}

await run();
