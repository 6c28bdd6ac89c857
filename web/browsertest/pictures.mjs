// Draws each state of the page at three widths, in light and dark, on one sheet.
//
// usage: node pictures.mjs ORIGIN FOLDER < [{"name": …, "path": …}]
//
// A sheet is FOLDER/<name>.webp: the phone's size as it is, the two others smaller.
import { readFileSync, writeFileSync } from "node:fs";
import { chromium } from "playwright-core";

const [origin, folder] = process.argv.slice(2);
const states = JSON.parse(readFileSync(0, "utf8"));
const sizes = [[360, 740, 1], [768, 1024, 0.72], [1280, 720, 0.5]];
const png = process.env.FORMAT === "png";
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox"] });

const views = [];
for (const colorScheme of ["light", "dark"]) {
  for (const [width, height, scale] of sizes) {
    const context = await browser.newContext({ colorScheme, viewport: { width, height }, reducedMotion: "reduce", locale: "en-US", hasTouch: width < 768, isMobile: width < 768 });
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    await devtools.send("Network.setCacheDisabled", { cacheDisabled: true }); // the same address has several themes
    views.push({ page, width, height, scale });
  }
}
const sheet = await (await browser.newContext()).newPage();
const devtools = await sheet.context().newCDPSession(sheet);

for (const { name, path } of states) {
  const taken = await Promise.all(views.map(async (view) => {
    await view.page.goto(origin + path, { waitUntil: "load" });
    await view.page.evaluate(() => Promise.all([...document.images].map((image) => ((image.loading = "eager"), image.decode().catch(() => {})))));
    const picture = await view.page.screenshot({ animations: "disabled" });
    return `<img width="${view.width * view.scale}" height="${view.height * view.scale}" src="data:image/png;base64,${picture.toString("base64")}">`;
  }));
  const rows = [taken.slice(0, 3), taken.slice(3)].map((row) => `<div>${row.join("")}</div>`);
  await sheet.setContent(`<style>body{margin:0;padding:12px;background:#7f8896;width:max-content}div{display:flex;gap:12px;align-items:flex-start}div+div{margin-top:12px}</style>${rows.join("")}`);
  const { width, height } = await sheet.locator("body").boundingBox();
  const clip = { x: 0, y: 0, width: Math.ceil(width), height: Math.ceil(height), scale: 1 };
  await sheet.setViewportSize({ width: clip.width, height: clip.height });
  const { data } = await devtools.send("Page.captureScreenshot", { format: png ? "png" : "webp", quality: png ? undefined : 55, clip });
  writeFileSync(`${folder}/${name}.${png ? "png" : "webp"}`, Buffer.from(data, "base64"));
}
await browser.close();
