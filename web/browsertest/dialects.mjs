// The pages of Klavi's and Flanks' quick starts, as examples/klavi and
// examples/flanks have them, in a browser: the address that the vendor's client
// opens, to the address that it is led back to.
import assert from "node:assert/strict";
import { config, run, scenario } from "./scenario.mjs";

const shot = (page, name) => process.env.SHOTS && page.screenshot({ path: `${process.env.SHOTS}/dialects-${name}.png` });

scenario("klavi: landing, institutions, data, bank, acceptance, result and back", async (page) => {
  await page.goto(config.klaviLink);
  await page.getByRole("heading", { name: "Welcome!" }).waitFor(); // externalInfo.customization.landingTitle
  assert.ok(page.url().startsWith(config.app + "/l/"), "the token stays in the address: " + page.url());
  await shot(page, "klavi-landing");
  await page.getByRole("button", { name: "Continue", exact: true }).click();
  await page.getByRole("button", { name: /Banco Âncora/ }).waitFor();
  assert.equal(await page.getByRole("button", { name: /Harbor Bank/ }).count(), 0);
  await page.getByRole("button", { name: /Banco Farol/ }).click();
  await page.getByRole("button", { name: "Agree and continue" }).waitFor();
  await shot(page, "klavi-data");
  await page.getByRole("button", { name: "Agree and continue" }).click();
  await page.getByText("Go to Banco Farol").click();
  await page.getByLabel("Usuário").fill("good");
  await page.getByLabel("Senha").fill("good");
  await page.getByRole("button", { name: "Continuar" }).click();
  await page.getByRole("heading", { name: "Quais contas compartilhar?" }).waitFor();
  await page.getByRole("button", { name: "Continuar" }).click();
  await page.getByRole("button", { name: "Autorizar" }).click();
  await page.getByRole("button", { name: "Yes, share my data" }).click();
  await page.getByRole("button", { name: "Connect another institution" }).waitFor();
  await shot(page, "klavi-result");
  await page.getByRole("button", { name: "Finish" }).click();
  await page.waitForURL(config.klaviSite + "/done?**");
  const back = new URL(page.url()).searchParams;
  assert.equal(JSON.parse(back.get("external_info")).myTraceId, "yourTraceId");
  assert.ok(back.get("link_id") && !back.has("error"));
});

/** The client's own address leads to the link; the person signs in at TestBank. */
async function signIn(page, query, password) {
  await page.goto(`${config.flanksSite}/connect?${query}`);
  await page.getByRole("button", { name: "Continue", exact: true }).click();
  if (!query.includes("bank=")) await page.getByRole("button", { name: /TestBank/ }).click();
  await page.getByRole("button", { name: "Agree and continue" }).click();
  await page.getByLabel("User name").fill("ada");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

scenario("flanks: a person picks a bank, solves a second factor and comes back with a code", async (page) => {
  await signIn(page, "user=ada", "SCA_SMS");
  await page.getByLabel("One-time code").fill("1234");
  await shot(page, "flanks-code");
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.waitForURL(config.flanksSite + "/callback?**");
  const back = new URL(page.url()).searchParams;
  assert.ok(back.get("code") && !back.has("error"));
  assert.equal(back.get("user"), "ada");
});

scenario("flanks: a wrong password is reported on the page, and leaving it is ABORTED_BY_USER", async (page) => {
  await signIn(page, "user=bob&bank=testbank", "INVALID_CREDENTIALS");
  await page.getByRole("alert").first().waitFor();
  await shot(page, "flanks-wrong");
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.waitForURL(config.flanksSite + "/callback?**");
  assert.equal(new URL(page.url()).searchParams.get("error"), "ABORTED_BY_USER");
});

scenario("flanks: a link that does not exist says so", async (page, context, consoleErrors) => {
  await page.goto(config.app + "/link?token=nothing");
  await page.getByRole("heading", { name: "This link doesn’t work" }).waitFor();
  await shot(page, "flanks-invalid");
  consoleErrors.length = 0; // the browser notes the 404
});

await run();
