import { expect, signIn, test } from './house';

test('a wrong password says so', async ({ page }) => {
  await page.goto('/login');
  await page.getByLabel('E-posta').fill('nobody@bedesten.example');
  await page.getByLabel('Parola', { exact: true }).fill('wrong');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toContainText('E-posta veya parola yanlış');
});

test('one is brought to where one wanted to go, and stays signed in over a reload', async ({
  page,
}) => {
  await page.goto('/listings?status=in_sync');
  await expect(page).toHaveURL(/\/login\?next=/);
  await signIn(page, '/listings?status=in_sync');
  await expect(page).toHaveURL(/\/listings\?status=in_sync/);
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('İlanlar');
  expect(
    await page.evaluate(() => Object.values({ ...localStorage, ...sessionStorage }).join()),
  ).not.toMatch(/eyJ/);
});

test('signing out ends it', async ({ page }) => {
  await signIn(page);
  await page.getByRole('button', { name: 'Hesap menüsü' }).click();
  await page.getByRole('menuitem', { name: 'Oturumu kapat' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Oturum açın');
  await page.goto('/orders');
  await expect(page).toHaveURL(/\/login/);
});
