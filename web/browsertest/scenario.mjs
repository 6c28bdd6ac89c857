// The frame of every script of scenarios: one browser, a fresh context for each
// scenario, one JSON line of result each. Reads its configuration from stdin.
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

export const config = JSON.parse(readFileSync(0, "utf8"));
const scenarios = [];

/** Registers a scenario: a sentence, and what is done with a fresh page. */
export function scenario(name, act, options = {}) {
  scenarios.push({ name, act, options });
}

/** Calls the application's API through the test's own endpoint. */
export async function api(method, path, body) {
  const answer = await fetch(config.links + path, { method, body: body && JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text ? JSON.parse(text) : null;
}

export async function run() {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox"] });
  const only = process.env.ONLY;
  for (const { name, act, options } of scenarios) {
    if (only && !name.includes(only)) continue;
    const context = await browser.newContext({ locale: "en-US", reducedMotion: "reduce", ...options });
    context.setDefaultTimeout(Number(process.env.PATIENCE) || 45_000);
    const page = await context.newPage();
    const consoleErrors = [];
    // An application's own page without an icon is no fault of ours: the browser asks for one by itself.
    const icon = (url) => url.endsWith("/favicon.ico") && !url.startsWith(config.api ?? config.app);
    page.on("console", (m) => m.type() === "error" && !icon(m.location().url) && consoleErrors.push(`${m.text()} (${m.location().url})`));
    // A change of pages whose motion the browser gives up, before a script can hear of it, is no fault.
    page.on("pageerror", (e) => !/^InvalidStateError: Transition was aborted/.test(String(e)) && consoleErrors.push(String(e)));
    const others = [];
    context.on("request", (r) => !["127.0.0.1", "app.localhost", ...(config.routed ?? [])].includes(new URL(r.url()).hostname) && !r.url().startsWith("data:") && others.push(r.url()));
    let error = "";
    try {
      await act(page, context, consoleErrors);
      if (consoleErrors.length) error = "the console says: " + consoleErrors.join(" / ");
      if (others.length) error = "requested somebody else: " + others.join(" ");
    } catch (e) {
      error = (e.stack || String(e)).slice(0, 3000) + "\n" + consoleErrors.join("\n");
      if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/failed-${name.replaceAll(" ", "-")}.png` }).catch(() => {});
    }
    console.log(JSON.stringify({ name, error }));
    await context.close();
  }
  await browser.close();
}
