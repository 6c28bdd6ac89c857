// Opens each address given, in light and dark, and lets axe-core look for
// anything against WCAG 2.2 A and AA or its own best practices. Prints one JSON
// line per address; with SHOTS set, keeps a picture of each there.
//
// usage: node states.mjs ORIGIN path…
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const [origin, ...paths] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox"] });

async function examine(page, path, scheme) {
  const consoleErrors = [];
  const listen = (m) => m.type() === "error" && consoleErrors.push(m.text());
  page.on("console", listen);
  await page.goto(origin + path, { waitUntil: "load" });
  const seen = await page.evaluate(async (source) => {
    // The page's policy forbids eval and inline scripts; the test's own tool is
    // brought in by the browser's debugger instead.
    const found = await window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] });
    return {
      violations: found.violations.map((v) => v.id + ": " + v.help + " " + v.nodes.map((n) => n.html).join(" | ").slice(0, 600)),
      focus: document.activeElement?.id || document.activeElement?.tagName,
      wide: document.documentElement.scrollWidth > innerWidth,
    };
  });
  page.off("console", listen);
  return { path, scheme, consoleErrors, ...seen };
}

for (const scheme of ["light", "dark"]) {
  const context = await browser.newContext({ colorScheme: scheme, viewport: { width: 1000, height: 800 }, reducedMotion: "reduce" });
  await context.addInitScript(axe);
  const page = await context.newPage();
  for (const path of paths) {
    // Whoever's name stands there, it is one line between ways out that a thumb hits.
    const tellBrokenHeader = async (width) => {
      const tall = await page.evaluate(() => [...document.querySelectorAll(".top .name, .top .quiet")].map((e) => e.offsetHeight).filter((h) => h > 48));
      if (tall.length > 0) console.log(JSON.stringify({ path, scheme, violations: [`parts of the header are ${tall} px high at a width of ${width}`] }));
    };
    await page.setViewportSize({ width: 1000, height: 800 });
    console.log(JSON.stringify(await examine(page, path, scheme)));
    const name = path.replaceAll(/[^a-z0-9]+/gi, "-").replace(/^-(l-)?/, "");
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}-${scheme}.png`, fullPage: true });
    // 400 % of 1280 is 320 wide: nothing may need scrolling sideways.
    await page.setViewportSize({ width: 320, height: 640 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    if (wide > 320) console.log(JSON.stringify({ path, scheme, violations: [`needs ${wide} px at a width of 320`] }));
    await tellBrokenHeader(320);
    // One card for every step, and its main action in view, in the window of a laptop and on a phone.
    for (const [width, height, card] of [[1280, 720, [24, 672, 464, 928]], [360, 740, [0, 740, 360, 360]]]) {
      await page.setViewportSize({ width, height });
      const wrong = await page.evaluate(([top, tall, wide, table]) => {
        const box = (e) => e.getBoundingClientRect();
        const out = [];
        const shell = box(document.querySelector(".shell"));
        const want = document.documentElement.classList.contains("wide") ? table : wide;
        if (shell.top !== top || shell.height !== tall || shell.width !== want) out.push(`the card has top ${shell.top}, ${shell.width} x ${shell.height}`);
        const foot = document.querySelector("main .foot");
        const action = document.querySelector("main .foot .button");
        if (document.querySelector("main > form .button, main > form.main button.button") && !foot) out.push("the main action stands in no foot");
        if (action && (box(action).bottom > box(document.querySelector(".bottom")).top || box(action).top < box(document.querySelector("main")).top)) out.push("the main action is not in view");
        for (const e of document.querySelectorAll("button, summary, select, .button, .check, .languages a, input:not([type=hidden], [type=radio], [type=checkbox])")) {
          if (e.checkVisibility() && e.offsetHeight > 1 && e.offsetHeight < 44) out.push(`a target is ${e.offsetHeight} px high: ${e.outerHTML.slice(0, 120)}`);
        }
        return out;
      }, card);
      if (wrong.length > 0) console.log(JSON.stringify({ path, scheme, violations: wrong.map((w) => `${w} at ${width} x ${height}`) }));
    }
    await page.setViewportSize({ width: 390, height: 844 });
    await tellBrokenHeader(390);
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}-${scheme}-phone.png`, fullPage: true });
  }
  await context.close();
}
await browser.close();
