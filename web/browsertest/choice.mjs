// What a person decides on the hosted page: to leave or to stay, to go back, to have a code
// sent anew, to stop sharing. With scripts, all of it happens over the page that is shown.
import assert from "node:assert/strict";
import { api, run, scenario } from "./scenario.mjs";

/** Opens a link at a bank, and goes to its sign-in. */
async function toSignIn(page, request = {}) {
  const link = await api("POST", "/links", { institution_id: "harbor", ...request });
  await page.goto(link.url);
  await page.getByRole("button", { name: "Continue", exact: true }).click();
  await page.getByRole("button", { name: "Agree and continue" }).click();
  await page.getByLabel("User name").waitFor();
  return link;
}

/** Signs in as a user of the sandbox. */
async function signIn(page, user, password = user) {
  await page.getByLabel("User name").fill(user);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

const stays = async (link, status) => assert.equal((await api("GET", "/links/" + link.id)).status, status);

scenario("cancel in the middle asks in a dialog, and whoever stays loses nothing", async (page) => {
  const link = await toSignIn(page, { person: "stays" });
  await page.getByLabel("User name").fill("ana");
  await page.getByRole("button", { name: "Cancel" }).click();
  const dialog = page.getByRole("dialog", { name: "Leave without connecting?" });
  await dialog.waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.innerText), "Keep going");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  assert.equal(await page.getByLabel("User name").inputValue(), "ana");
  assert.equal(await page.evaluate(() => document.activeElement.name), "cancel");
  await page.keyboard.press("Enter");
  await dialog.getByRole("link", { name: "Keep going" }).click();
  assert.equal(await page.getByLabel("User name").inputValue(), "ana");
  await stays(link, "open");
  await page.getByRole("button", { name: "Cancel" }).click();
  await dialog.getByRole("button", { name: "Leave" }).click();
  await page.getByRole("heading", { name: "You left" }).waitFor();
  await stays(link, "exited");
});

scenario("cancel asks on a page of its own without scripts", async (page) => {
  const link = await toSignIn(page, { person: "stays-without" });
  await signIn(page, "otp");
  await page.getByLabel("One-time code").waitFor();
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("link", { name: "Keep going" }).click();
  await page.getByLabel("One-time code").waitFor();
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("button", { name: "Leave" }).click();
  await page.getByRole("heading", { name: "You left" }).waitFor();
  await stays(link, "exited");
}, { javaScriptEnabled: false });

scenario("the browser's back leads from the code to the sign-in, and from there to what is shared", async (page) => {
  await toSignIn(page, { person: "back" });
  await signIn(page, "otp");
  await page.getByLabel("One-time code").waitFor();
  await page.goBack({ waitUntil: "commit" });
  await page.getByLabel("User name").waitFor();
  await page.goBack({ waitUntil: "commit" });
  await page.getByRole("button", { name: "Agree and continue" }).waitFor();
});

scenario("the way to a new code opens when its time has come, and enter sends the code that was typed", async (page) => {
  await toSignIn(page, { person: "resend" });
  await page.clock.install();
  await signIn(page, "otp");
  const again = page.getByRole("button", { name: "Send a new code" });
  await again.waitFor();
  assert.ok(await again.isDisabled());
  await page.getByText(/^in \d+ seconds?$/).waitFor();
  await page.clock.fastForward(31_000);
  await page.waitForFunction(() => !document.querySelector("[name=resend]").disabled);
  await page.clock.resume();
  await page.getByLabel("One-time code").fill("1234");
  await page.getByLabel("One-time code").press("Enter");
  await page.getByRole("button", { name: /Finish|Connect these accounts/ }).waitFor();
});

scenario("a wrong password leaves the user name, and the sandbox fills in a right one", async (page) => {
  await toSignIn(page, { person: "again" });
  await signIn(page, "good", "WRONG_PASSWORD");
  await page.getByText("didn’t accept your sign-in").waitFor();
  assert.equal(await page.getByLabel("User name").inputValue(), "good");
  assert.equal(await page.getByLabel("Password", { exact: true }).inputValue(), "");
  assert.equal(await page.evaluate(() => document.activeElement.type), "password");
  await page.getByRole("button", { name: "Use good / good" }).click();
  await page.getByRole("button", { name: /Finish|Connect these accounts/ }).waitFor();
});

scenario("the result says what is coming, and moves on by itself", async (page) => {
  await toSignIn(page, { person: "moves-on" });
  await signIn(page, "good");
  await page.getByRole("button", { name: "Connect these accounts" }).click();
  await page.getByRole("heading", { name: "You’re connected" }).waitFor();
  await page.locator(".parts .here").first().waitFor();
  await page.locator(".parts .coming").first().waitFor({ state: "detached" });
  assert.ok((await page.locator(".parts li").count()) > 0);
});

scenario("what is missing or wrong in a form is said beside its field, in the words of the page", async (page) => {
  const link = await api("POST", "/links", { person: "words", institution_id: "harbor", language: "es" });
  await page.goto(link.url);
  await page.getByRole("button", { name: "Continuar", exact: true }).click();
  await page.getByRole("button", { name: "Aceptar y continuar" }).click();
  const field = page.getByLabel("Contraseña", { exact: true });
  await field.waitFor();
  await page.getByRole("button", { name: "Entrar" }).click();
  assert.equal(await field.getAttribute("aria-invalid"), "true");
  const said = page.locator("#" + (await field.getAttribute("aria-describedby")).split(" ")[0]);
  assert.equal(await said.innerText(), "Rellena este campo.");
  assert.equal(await page.getByText("Rellena este campo.").count(), 2);
  assert.ok(await page.getByLabel("Usuario").evaluate((e) => e === document.activeElement));
  await field.fill("x");
  await said.waitFor({ state: "hidden" });
});

scenario("stop sharing asks in a dialog, and ends the connection only then", async (page) => {
  await toSignIn(page, { person: "stops" });
  await signIn(page, "good");
  await page.getByRole("button", { name: "Connect these accounts" }).click();
  await page.getByRole("button", { name: "Finish" }).click();
  await page.getByRole("heading", { name: "All done" }).waitFor();
  const { url } = await api("POST", "/persons/stops/portal", {});
  await page.goto(url);
  const stop = page.getByRole("button", { name: "Stop sharing Harbor Bank" });
  await stop.click();
  const dialog = page.getByRole("dialog", { name: "Stop sharing Harbor Bank?" });
  await dialog.getByRole("link", { name: "Keep sharing" }).click();
  await dialog.waitFor({ state: "hidden" });
  await stop.click();
  await dialog.getByRole("button", { name: "Stop sharing" }).click();
  await page.getByText(/Ended on/).waitFor();
  assert.equal(await stop.count(), 0);
});

await run();
