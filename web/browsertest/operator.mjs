// The first operator comes by the invitation with a passkey, invites another, who takes a
// password with an authenticator app; both sign in again.
import { readFileSync } from 'node:fs';
import { createHmac } from 'node:crypto';
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

const { address, invitation } = JSON.parse(readFileSync(0, 'utf8'));
const axe = readFileSync(new URL('node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
const open = async (options = {}) => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce', ...options });
  context.setDefaultTimeout(Number(process.env.PATIENCE) || 45_000);
  return context.newPage();
};
const clean = async (page) => {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes[0].html}`), [], page.url());
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${page.url()} is too wide`);
};

/** The code that an authenticator app shows (RFC 6238), so many steps from now. */
const code = (secret, steps = 0) => {
  const bits = [...secret.replaceAll(' ', '')].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const sum = createHmac('sha1', Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)))).update(counter).digest();
  return String((sum.readUInt32BE(sum[19] & 15) & 0x7fffffff) % 1e6).padStart(6, '0');
};

const ana = await open();
const devtools = await ana.context().newCDPSession(ana);
await devtools.send('WebAuthn.enable');
await devtools.send('WebAuthn.addVirtualAuthenticator', { options: {
  protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true,
} });
await ana.goto(invitation);
await clean(ana);
await ana.getByLabel('E-mail').fill('ana@example.com');
await ana.getByLabel('Your name').fill('Ana');
await ana.getByRole('button', { name: 'Go on with a passkey' }).click();
await ana.waitForURL(/\/console\/t\/dev$/);
assert.ok(!(await ana.getByText('everybody on this machine').count()), 'it is no development server');
await ana.goto(`${address}/console/operators`);
await clean(ana);
await ana.getByLabel('E-mail').fill('sam@example.com');
await ana.getByRole('radio', { name: /^support/ }).check();
await ana.getByRole('checkbox', { name: 'dev' }).check();
await ana.getByRole('button', { name: 'Invite' }).click();
const invited = await ana.getByRole('button', { name: 'Copy the address' }).getAttribute('data-copy');
await ana.goto(`${address}/console/account`);
await clean(ana);
await ana.locator('summary[aria-label=You]').click();
await ana.getByRole('button', { name: 'Sign out' }).click();
await ana.waitForURL(/\/console\/signin/);
await clean(ana);
await ana.getByRole('button', { name: 'With a passkey' }).click();
await ana.waitForURL(/\/console\/t\/dev$/);

const sam = await open({ viewport: { width: 360, height: 740 }, colorScheme: 'dark' });
await sam.goto(invited);
await clean(sam);
const app = await sam.getByRole('button', { name: 'Copy the secret of the app' }).getAttribute('data-copy');
await sam.getByLabel('New password').fill('correct horse battery');
await sam.getByLabel('Code of the app').fill(code(app, -9));
await sam.getByRole('button', { name: 'Go on with the password' }).click();
await sam.locator('#w-code').waitFor();
assert.equal(await sam.getByRole('button', { name: 'Copy the secret of the app' }).getAttribute('data-copy'), app, 'the app keeps its secret');
await sam.getByLabel('New password').fill('correct horse battery');
await sam.getByLabel('Code of the app').fill(code(app));
await sam.getByRole('button', { name: 'Go on with the password' }).click();
await sam.getByRole('heading', { name: 'Recovery codes' }).waitFor();
await clean(sam);
const recovery = await sam.locator('.codes code').first().textContent();
await sam.goto(`${address}/console/operators`);
await sam.getByRole('heading', { name: 'Not for your role' }).waitFor();
await sam.locator('summary[aria-label=You]').click();
await sam.getByRole('button', { name: 'Sign out' }).click();
await sam.getByLabel('E-mail').fill('sam@example.com');
await sam.getByLabel('Password').fill('wrong horse battery');
await sam.getByLabel('Code').fill(code(app, 1));
await sam.getByRole('button', { name: 'Sign in' }).click();
await sam.getByRole('alert').waitFor();
assert.equal(await sam.getByLabel('Password').inputValue(), '');
await sam.getByLabel('Password').fill('correct horse battery');
await sam.getByLabel('Code').fill(recovery);
await sam.getByRole('button', { name: 'Sign in' }).click();
await sam.waitForURL(/\/console\/t\/dev$/);
await clean(sam);
await browser.close();
console.log(JSON.stringify({ name: 'operators come by invitations and sign in by passkey, password and recovery code' }));
