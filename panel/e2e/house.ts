/** house.ts: what the browser tests know of the house they run against, and how they look at a page. */
import { expect, test as base, type Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

export const SANDBOX = process.env.BEDESTEN_SANDBOX_URL ?? 'http://127.0.0.1:8091';
const EMAIL = process.env.BEDESTEN_EMAIL ?? 'demo@bedesten.example';
const PASSWORD = process.env.BEDESTEN_PASSWORD ?? 'bedesten-demo';

/** A page whose every error counts: a script that broke, a rule of the CSP that was hit. */
export const test = base.extend<{ page: Page }>({
  page: async ({ page }, give) => {
    const broken: string[] = [];
    page.on('pageerror', (error) => broken.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && /Content Security Policy|Refused to/.test(message.text()))
        broken.push(message.text());
    });
    await give(page);
    expect(broken).toEqual([]);
  },
});
export { expect };

export async function signIn(page: Page, to = '/') {
  await page.goto(`/login?next=${encodeURIComponent(to)}`);
  await page.getByLabel('E-posta').fill(EMAIL);
  await page.getByLabel('Parola', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Oturum aç' }).click();
  await expect(page.getByRole('heading', { level: 1 })).not.toHaveText('Oturum açın');
}

/** The live feed is connected: what happens from now on moves the page. */
export const live = (page: Page) =>
  expect(page.locator('.b-live')).toHaveAttribute('data-state', 'live');

export interface Seller {
  id: number;
  apiKey: string;
  apiSecret: string;
}
export const sellers = async (): Promise<Seller[]> => {
  const reply = await fetch(`${SANDBOX}/control/sellers`);
  return ((await reply.json()) as { sellers: Seller[] }).sellers;
};

/** An order at one seller of the simulator; its number. */
export async function order(seller: number, barcode: string, quantity = 1): Promise<string> {
  const reply = await fetch(`${SANDBOX}/control/orders`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ seller, lines: [{ barcode, quantity }] }),
  });
  expect(reply.ok, await reply.clone().text()).toBe(true);
  const text = await reply.text();
  const number = /"orderNumber":\s*"?(\d+)/.exec(text)?.[1];
  expect(number, text).toBeTruthy();
  return number!;
}

/** Puts a product on a seller's shelf of the simulator that our catalogue does not know. */
export async function shelve(seller: number, barcode: string) {
  const reply = await fetch(`${SANDBOX}/control/listings`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      seller,
      items: [{ barcode, title: 'Bilinmeyen ürün', quantity: 9, salePrice: 10, listPrice: 12 }],
    }),
  });
  expect(reply.ok, await reply.text()).toBe(true);
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

interface AxeResult {
  violations: { id: string; nodes: { html: string }[] }[];
}
declare const globalThis: { axe: { run: (root: Document, o: object) => Promise<AxeResult> } };

/** What axe finds wrong with the page as it stands. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async (rules) => {
    const { violations } = await globalThis.axe.run(document, { runOnly: rules });
    return violations.map(
      ({ id, nodes }) => `${id} ×${nodes.length}: ${nodes[0]?.html.slice(0, 200)}`,
    );
  }, RULES);
}

export const overflow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
