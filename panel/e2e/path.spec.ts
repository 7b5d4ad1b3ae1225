/**
 * path.spec.ts: the one way through the house, as a seller watches it: an order arrives at one store,
 * its stock falls, the other store is told; and the request that told it can be found.
 */
import type { Page } from '@playwright/test';
import { expect, live, order, sellers, shelve, signIn, test } from './house';

// Each project sells another product, so that neither disturbs the other's numbers.
const PRODUCT = { desktop: '8690000003006', phone: '8690000001002' } as Record<string, string>;

const api = async (page: Page, path: string, params: Record<string, string>) =>
  page.request.get(`/api/v1${path}`, {
    params,
    headers: { Authorization: `Bearer ${await tokenOf(page)}` },
  });

const quantities = async (page: Page, barcode: string) => {
  const reply = await api(page, '/listings', { q: barcode });
  const { items } = (await reply.json()) as {
    items: {
      remote_sku: string;
      store_id: string;
      sync: string;
      wanted: { quantity: number };
      sku: string;
    }[];
  };
  return items.filter((item) => item.remote_sku === barcode);
};

/* The page keeps its token to itself; the cookie gives the test one of its own. */
const tokenOf = async (page: Page) => {
  const reply = await page.request.post('/api/v1/session/refresh', {
    headers: { Origin: new URL(page.url()).origin },
  });
  return ((await reply.json()) as { access_token: string }).access_token;
};

test('an order arrives, the stock falls, the other store is told, without a reload', async ({
  page,
  isMobile,
}, { project }) => {
  const barcode = PRODUCT[project.name]!;
  const [first] = await sellers();
  await signIn(page, '/orders');
  await live(page);
  const before = await quantities(page, barcode);
  expect(before.length).toBeGreaterThanOrEqual(2);
  const stock = before[0]!.wanted.quantity;

  const number = await order(first!.id, barcode, 2);
  await expect(page.getByRole('link', { name: number })).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: 'yeni sipariş' })).toBeVisible();

  await page.getByRole('link', { name: number }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(number);
  await expect(page.getByText('Stok ayrıldı')).toBeVisible();
  await expect(page.getByText('stoktan 2 / 2')).toBeVisible();

  // Both stores' listings show the new quantity, and the marketplace has confirmed the other one.
  const menu = page.getByRole('navigation', { name: isMobile ? 'Hızlı gezinme' : 'Ana gezinme' });
  await menu.getByRole('link', { name: 'İlanlar', exact: true }).click();
  await page.getByRole('searchbox').fill(barcode);
  await expect(page).toHaveURL(new RegExp(`q=${barcode}`));
  const rows = isMobile
    ? page.getByRole('list', { name: 'İlan tablosu' }).getByRole('listitem')
    : page.getByRole('table').getByRole('row').filter({ hasText: before[0]!.sku });
  await expect(rows).toHaveCount(before.length);
  await expect(rows.filter({ hasText: String(stock - 2) })).toHaveCount(before.length);

  // It falls before one's eyes: the list stands open while the next order comes.
  await order(first!.id, barcode, 1);
  await expect(rows.filter({ hasText: String(stock - 3) })).toHaveCount(before.length);
  await expect(rows.filter({ hasText: 'Eşit' }).first()).toBeVisible({ timeout: 30_000 });

  // The request that told the other store.
  // One that has confirmed it: its newest request is the one of this order.
  const told = async () =>
    (await quantities(page, barcode)).find(
      (item) =>
        item.store_id !== before.at(-1)!.store_id &&
        item.sync === 'in_sync' &&
        item.wanted.quantity === stock - 3,
    )?.store_id;
  await expect.poll(told, { timeout: 60_000 }).toBeDefined();
  await page.goto(`/calls?store=${await told()}&q=${barcode}`);
  const call = page
    .getByRole('link', { name: isMobile ? /price-and-inventory/ : /\d\d:\d\d/ })
    .first();
  await expect(call).toBeVisible();
  await call.click();
  const panel = page.getByRole('dialog');
  await expect(panel.getByRole('region', { name: 'İstek gövdesi' })).toContainText(barcode);
  await expect(panel.getByText('200', { exact: true })).toBeVisible();
});

test('stock edited by hand is sent to every store that lists it', async ({ page, isMobile }) => {
  test.skip(isMobile, 'the same path as on a desktop');
  await signIn(page, '/listings?q=BDS-0005');
  await live(page);
  const table = page.getByRole('table');
  const sku = (await table.getByRole('link').first().textContent())!;
  const rows = table.getByRole('row').filter({ hasText: sku });
  const count = await rows.count();
  await rows.first().getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Stok değiştir' }).click();
  const dialog = page.getByRole('dialog');
  const value = String(700 + (Date.now() % 200));
  await dialog.getByLabel('Yeni stok (adet)').fill(value);
  await dialog.getByRole('button', { name: /uygula/ }).click();
  await expect(page.getByRole('status').filter({ hasText: 'stok değişti' })).toBeVisible();
  // Safety stock is kept back: what is wanted there is a little less, the same on every store.
  const product = await (await api(page, '/products', { q: sku })).json();
  const safety = product.items[0].variants.find((v: { sku: string }) => v.sku === sku).safety_stock;
  await expect(rows.filter({ hasText: String(Number(value) - safety) })).toHaveCount(count);
});

test('an unknown product in an order is shown, mapped, and takes its stock', async ({
  page,
  isMobile,
}) => {
  test.skip(isMobile, 'the same path as on a desktop');
  const [first] = await sellers();
  const barcode = `99${Date.now()}`;
  await shelve(first!.id, barcode);
  const number = await order(first!.id, barcode);
  await signIn(page, '/orders?attention=1');
  await page.getByRole('link', { name: number }).click();
  await expect(page.getByText('Bu kalemin hangi ürünümüz olduğu bilinmiyor')).toBeVisible();
  await page.getByRole('button', { name: 'SKU ile eşle' }).click();
  const dialog = page.getByRole('dialog');
  // A new product: the others are listed at this store already.
  const sku = `NEW-${barcode}`;
  const made = await page.request.post('/api/v1/products', {
    headers: { Authorization: `Bearer ${await tokenOf(page)}` },
    data: {
      title: `Yeni gelen ${barcode}`,
      variants: [{ sku, price: { amount: '10.00', currency: 'TRY' }, initial_stock: 5 }],
    },
  });
  expect(made.status(), await made.text()).toBe(201);
  await dialog.getByLabel('Bizdeki SKU').fill(sku);
  await page.getByRole('option', { name: new RegExp(sku) }).click();
  await dialog.getByRole('button', { name: 'Eşle', exact: true }).click();
  await expect(page.getByText('stoktan 1 / 1')).toBeVisible();
});
