// A reader at /docs: searches, chooses a language, copies, and finds the way on a phone.
import { readFileSync } from 'node:fs';
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

const { address } = JSON.parse(readFileSync(0, 'utf8'));
const axe = readFileSync(new URL('node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
const open = async (path, options = {}) => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, bypassCSP: false, ...options });
  const page = await context.newPage();
  page.problems = [];
  page.on('console', (m) => { if (['error', 'warning'].includes(m.type())) page.problems.push(m.text()); });
  page.on('pageerror', (e) => page.problems.push(String(e)));
  page.on('request', (r) => { if (new URL(r.url()).origin !== address) page.problems.push(`a request to ${r.url()}`); });
  await page.goto(address + path);
  return page;
};
const done = async (page) => {
  assert.deepEqual(page.problems, []);
  await page.context().close();
};

// search: while one types, by keyboard, and without scripts
let page = await open('/docs');
await page.keyboard.press('/');
await page.keyboard.type('verify webh', { delay: 20 });
await page.waitForSelector('.results a');
assert.match(await page.locator('.results a').first().getAttribute('href'), /^\/docs\/webhooks/);
await page.keyboard.press('ArrowDown');
await page.keyboard.press('Enter');
await page.waitForURL(/\/docs\/webhooks/);
await done(page);
page = await open('/docs', { javaScriptEnabled: false });
await page.fill('#query', 'redirect_url');
await page.press('#query', 'Enter');
assert.ok(await page.locator('.found a[href="/docs/api/links#createLink"]').count(), 'the search works without scripts');
await done(page);

// languages: one at once, the same on the next page; all without scripts
page = await open('/docs/quickstart');
await page.getByRole('tab', { name: 'Python' }).first().click();
assert.equal(await page.locator('.tab[data-tab="Python"]:visible').count(), await page.locator('.tabs').count());
assert.equal(await page.locator('.tab[data-tab="Node"]:visible').count(), 0);
await page.goto(`${address}/docs/api/links#createLink`);
assert.ok(await page.locator('#createLink .tab[data-tab="Python"]').isVisible(), 'the language is remembered');
assert.ok(await page.locator('#pages [aria-current=page]').isVisible());
await page.locator('#exchangeCode').scrollIntoViewIfNeeded();
await page.evaluate(() => document.querySelector('#exchangeCode').scrollIntoView());
await page.waitForSelector('#pages .here a[aria-current][href="#exchangeCode"]');
await done(page);
page = await open('/docs/quickstart', { javaScriptEnabled: false });
for (const language of ['curl', 'Node', 'Python', 'Go']) assert.ok(await page.locator(`.tab[data-tab="${language}"]`).first().isVisible(), `${language} without scripts`);
await done(page);

// copy
page = await open('/docs/quickstart');
await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: address });
await page.locator('figure.code .copy').first().click();
assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^git clone/);
await done(page);

// a phone
for (const javaScriptEnabled of [true, false]) {
  page = await open('/docs', { viewport: { width: 360, height: 740 }, javaScriptEnabled });
  assert.ok(!(await page.locator('#pages').isVisible()));
  await page.getByRole('button', { name: 'All pages' }).click();
  await page.locator('#pages').getByRole('link', { name: 'Webhooks', exact: true }).click();
  await page.waitForURL(/\/docs\/webhooks/);
  assert.ok(!(await page.locator('#pages').isVisible()));
  await done(page);
}

// nothing runs over the edge, and axe finds nothing
for (const path of ['/docs', '/docs/quickstart', '/docs/webhooks', '/docs/api', '/docs/api/links', '/docs/api/event_types', '/docs/running', '/docs/sandbox', '/docs/search?q=link', '/docs/nothing']) {
  for (const [width, colorScheme] of [[1280, 'light'], [1280, 'dark'], [360, 'light'], [360, 'dark'], [320, 'light']]) {
    page = await open(path, { viewport: { width, height: 800 }, colorScheme });
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${path} is wider than ${width}`);
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run());
    assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes[0].target}`), [], `${path} at ${width}, ${colorScheme}`);
    await page.context().close();
  }
}
await browser.close();
console.log(JSON.stringify({ name: 'a reader searches, chooses a language, copies and finds the way on a phone' }));
