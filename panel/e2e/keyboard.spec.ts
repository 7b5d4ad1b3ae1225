import { expect, signIn, test } from './house';

test.beforeEach(({ isMobile }) => test.skip(isMobile, 'a phone has no keyboard'));

test('all can be reached and done without a mouse', async ({ page }) => {
  await signIn(page);
  await page.keyboard.press('g');
  await page.keyboard.press('l');
  const title = page.getByRole('heading', { level: 1 });
  await expect(title).toHaveText('İlanlar');
  await expect(title).toBeFocused();

  await page.keyboard.press('/');
  await expect(page.getByRole('searchbox')).toBeFocused();
  await page.keyboard.type('BDS-0002');
  await expect(page).toHaveURL(/q=BDS-0002/);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('table').getByText('BDS-0002').first()).toBeVisible();

  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await expect(page.getByText('1 seçildi')).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('the palette finds İlanlar for "ilan", by Ctrl K', async ({ page }) => {
  await signIn(page, '/orders');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('ilan');
  await expect(page.getByRole('button', { name: 'İlanlar', exact: true })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('İlanlar');
});

test('the first Tab offers to skip to the content', async ({ page }) => {
  await signIn(page);
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'İçeriğe atla' })).toBeFocused();
});
