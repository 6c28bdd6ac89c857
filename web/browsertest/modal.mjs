// Draws the modal over an application's page, and the picture of the README.
import { writeFileSync } from "node:fs";
import { config, run, scenario } from "./scenario.mjs";

/** Opens the modal over an application's page; the frame in it. */
async function open(page, request = {}) {
  await page.goto(config.host + "/");
  await page.evaluate((r) => (window.request = r), { countries: ["US"], ...request });
  await page.click("#connect");
  return page.frameLocator("iframe[name^=fairlead]");
}

async function save(page, name) {
  const devtools = await page.context().newCDPSession(page);
  const { data } = await devtools.send("Page.captureScreenshot", { format: "webp", quality: 60 });
  writeFileSync(`${config.folder}/${name}.webp`, Buffer.from(data, "base64"));
}

for (const colorScheme of ["light", "dark"]) {
  for (const [width, height] of [[360, 740], [768, 1024], [1280, 720]]) {
    scenario(`modal ${colorScheme} at ${width}`, async (page) => {
      const frame = await open(page);
      await frame.getByRole("button", { name: "Continue", exact: true }).waitFor();
      await save(page, `modal-${width}-${colorScheme}`);
    }, { colorScheme, viewport: { width, height } });
  }
}

scenario("the picture of the README", async (page, context) => {
  const frame = await open(page);
  const shots = [];
  const shot = async () => shots.push((await page.locator("iframe").screenshot({ animations: "disabled" })).toString("base64"));
  await frame.getByRole("button", { name: "Continue", exact: true }).waitFor();
  await shot();
  await frame.getByRole("button", { name: "Continue", exact: true }).click();
  await frame.getByText("Harbor Bank").first().waitFor();
  await shot();
  await frame.getByRole("button", { name: /Harbor Bank/ }).click();
  await frame.getByRole("button", { name: "Agree and continue" }).waitFor();
  await shot();
  const sheet = await context.newPage();
  await sheet.setViewportSize({ width: 1200, height: 740 });
  await sheet.setContent(`<style>body{margin:0;padding:32px 28px;width:1144px;display:flex;align-items:start;gap:24px;background:#e8ecf3}img{width:365px;border-radius:16px;box-shadow:0 16px 40px -12px rgb(16 24 40/.35)}</style>${shots.map((s) => `<img src="data:image/png;base64,${s}">`).join("")}`);
  await sheet.screenshot({ path: `${config.folder}/../link-page.png` });
}, { viewport: { width: 365, height: 660 } });

await run();
