/** screens.spec.ts: every screen, light and dark, Turkish and English: readable by all, nothing cut. */
import { expect, overflow, signIn, test, violations } from './house';

const SCREENS = [
  { path: '/', title: { tr: 'Genel bakış', en: 'Overview' } },
  { path: '/orders', title: { tr: 'Siparişler', en: 'Orders' } },
  { path: '/listings', title: { tr: 'İlanlar', en: 'Listings' } },
  { path: '/products', title: { tr: 'Ürünler', en: 'Products' } },
  { path: '/products/new', title: { tr: 'Yeni ürün', en: 'New product' } },
  { path: '/products/1', title: undefined },
  { path: '/stores', title: { tr: 'Mağazalar', en: 'Stores' } },
  { path: '/stores/new', title: { tr: 'Mağaza bağla', en: 'Connect a store' } },
  { path: '/stores/1', title: undefined },
  { path: '/calls', title: { tr: 'API çağrıları', en: 'API calls' } },
  { path: '/jobs', title: { tr: 'İşler', en: 'Jobs' } },
];

for (const scheme of ['light', 'dark'] as const)
  for (const lang of ['tr', 'en'] as const)
    test(`axe finds nothing: ${scheme}, ${lang}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme: scheme });
      await page.goto('/login');
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      expect(await violations(page)).toEqual([]);
      await signIn(page);
      await page.evaluate((l) => localStorage.setItem('lang', l), lang);
      for (const { path, title } of SCREENS) {
        await page.goto(path);
        const head = page.getByRole('heading', { level: 1 });
        await expect(head).toBeVisible();
        if (title) await expect(head).toHaveText(title[lang]);
        await expect(page.locator('[role=status][aria-label]')).toHaveCount(0);
        await page.waitForLoadState('networkidle');
        expect(await violations(page), path).toEqual([]);
        expect(await overflow(page), path).toBeLessThanOrEqual(0);
      }
    });

test('axe finds nothing in what opens over a page', async ({ page, isMobile }) => {
  await signIn(page, '/listings');
  const first = isMobile
    ? page.getByRole('list', { name: 'İlan tablosu' }).getByRole('link').first()
    : page.getByRole('table').getByRole('link').first();
  await first.click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await expect(page.getByText('Adet nasıl hesaplandı')).toBeVisible();
  await page.waitForTimeout(300); // its opening has ended: half-faded text has no contrast
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Stok değiştir' }).click();
  await expect(page.getByRole('dialog', { name: /^Stok:/ })).toBeVisible();
  await page.waitForTimeout(300);
  expect(await violations(page)).toEqual([]);
});

test('the colours and the words are there before the first paint', async ({ page }) => {
  await page.goto('/login');
  await page.evaluate(() => {
    localStorage.setItem('mantine-color-scheme-value', 'dark');
    localStorage.setItem('lang', 'en');
  });
  await page.route('**/assets/*.js', (route) => route.abort());
  await page.goto('/orders');
  const root = page.locator('html');
  await expect(root).toHaveAttribute('data-mantine-color-scheme', 'dark');
  await expect(root).toHaveAttribute('lang', 'en');
  await expect(page.locator('.boot-main')).toBeVisible();
});
