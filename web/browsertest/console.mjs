// A developer at the console: makes an application, a key and a link, connects a bank, gets a
// webhook, and comes by every page, on which axe finds nothing and nothing runs over the edge.
import { readFileSync } from 'node:fs';
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

const { address, receiver, broken } = JSON.parse(readFileSync(0, 'utf8'));
const axe = readFileSync(new URL('node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
const open = async (options = {}) => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce', ...options });
  context.setDefaultTimeout(Number(process.env.PATIENCE) || 45_000);
  const page = await context.newPage();
  page.problems = [];
  page.on('console', (m) => { if (m.type() === 'error') page.problems.push(m.text()); });
  page.on('pageerror', (e) => page.problems.push(String(e)));
  page.on('request', (r) => { if (new URL(r.url()).origin !== address && !r.url().startsWith('data:')) page.problems.push(`a request to ${r.url()}`); });
  return page;
};

// the first five minutes
const page = await open();
await page.goto(`${address}/console`);
await page.getByRole('link', { name: 'Applications', exact: true }).click();
await page.getByRole('link', { name: 'New application' }).click();
await page.getByLabel('Name').fill('Shop');
await page.getByRole('button', { name: 'Create' }).click();
await page.getByRole('heading', { name: 'The first five minutes' }).waitFor();
await page.getByRole('link', { name: 'Make a key' }).click();
await page.getByRole('button', { name: 'Make a key' }).click();
await page.getByText('it is shown this once').waitFor();
await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: address });
await page.getByRole('button', { name: 'Copy the secret' }).click();
assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^[\w-]{43}$/);
for (const to of [receiver, broken]) {
  await page.getByRole('link', { name: 'Webhooks', exact: true }).click();
  await page.getByLabel('Address').fill(to);
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByText('it is shown this once').waitFor();
}
await page.getByRole('link', { name: 'Start', exact: true }).click();
await page.getByLabel('Person').fill('ada');
await page.locator('#make-link').getByRole('button', { name: 'Make a link' }).click();
const link = await page.getByRole('link', { name: 'Open it' }).getAttribute('href');
const person = await open({ viewport: { width: 400, height: 800 } });
await person.goto(link);
await person.getByRole('button', { name: /continue/i }).first().click();
await person.getByRole('button', { name: /^Harbor Bank/ }).first().click();
const agree = person.getByRole('button', { name: /agree|allow|continue/i }).first();
await agree.click();
await person.locator('input[autocomplete=username], input[name=user]').first().fill('good');
await person.locator('input[type=password]').first().fill('good');
await person.locator('main button.button').first().click();
await person.context().close();
await page.goto(page.url().replace(/\/links$/, ''));
await page.getByText('It works from end to end').waitFor();
assert.deepEqual(page.problems, []);
await page.context().close();

// every page: one of each shape, found by following what leads further
const shape = (path) => path.replace(/\b[a-z]{3}_[0-9a-z]+/g, '*').replace(/\?.*/, '');
const seen = new Map([['/console/t/*', '/console/t/dev']]);
const queue = ['/console/t/dev', '/console/t/dev/search?q=harbor', '/console/operators'];
const walker = await open();
for (let path = queue.shift(); path; path = queue.shift()) {
  await walker.goto(address + path);
  for (const href of await walker.locator('a[href^="/console"]').evaluateAll((all) => all.map((a) => a.getAttribute('href')))) {
    if (!seen.has(shape(href)) && !href.includes('#')) {
      seen.set(shape(href), href);
      queue.push(href);
    }
  }
}
await walker.context().close();
const paths = [...new Set([...seen.values(), '/console/t/dev/search?q=harbor', '/console/operators', '/console/t/dev/deliveries?status=failed'])];
assert.ok(paths.length > 20, `only ${paths.length} pages are led to: ${paths}`);
for (const [width, height, colorScheme] of [[1280, 900, 'light'], [768, 1024, 'dark'], [360, 740, 'light']]) {
  const look = await open({ viewport: { width, height }, colorScheme });
  for (const path of paths) {
    const answer = await look.goto(address + path);
    assert.equal(answer.status(), 200, `${path} is answered with ${answer.status()}`);
    assert.ok(await look.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${path} is wider than ${width}`);
    await look.evaluate(axe);
    const { violations } = await look.evaluate(() => globalThis.axe.run());
    assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes[0].target} ${v.nodes[0].html}`), [], `${path} at ${width}, ${colorScheme}`);
    if (process.env.SHOTS) await look.screenshot({ path: `${process.env.SHOTS}/console-${width}-${shape(path).replace(/[^a-z]+/g, '-')}.png`, fullPage: true });
  }
  assert.deepEqual(look.problems, []);
  await look.context().close();
}
await browser.close();
console.log(JSON.stringify({ name: `a developer makes an application, a key and a link, and comes by ${paths.length} pages` }));
