import { expect, SANDBOX, sellers, signIn, test } from './house';

test('a store is connected through the wizard; a wrong key says what to do', async ({ page }, {
  project,
}) => {
  const [, seller] = await sellers();
  const name = `Deneme ${project.name} ${Date.now() % 100_000}`;
  await signIn(page, '/stores/new');
  await page.getByRole('radio', { name: /Trendyol/ }).click();
  await page.getByRole('button', { name: 'Devam' }).click();

  await page.getByLabel('Mağaza adı').fill(name);
  await page.getByLabel(/Satıcı ID/).fill(String(seller!.id));
  await page.getByLabel(/^API anahtarı/).fill(seller!.apiKey);
  const secret = page.getByRole('textbox', { name: /^API gizli anahtarı/ });
  await secret.fill('not-the-secret');
  await page.getByLabel('API adresi').fill(`${SANDBOX}/integration`);
  await page.getByLabel('Test modu').check();
  await page.getByRole('button', { name: 'Bağla ve dene' }).click();

  await expect(page.getByText(/Trendyol anahtarları kabul etmedi/)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Devam' })).toBeDisabled();

  await page.getByRole('button', { name: 'Bilgileri düzelt' }).click();
  await secret.fill(seller!.apiSecret);
  await page.getByRole('button', { name: 'Bağla ve dene' }).click();
  await expect(page.getByText('Satıcı hesabı okundu')).toBeVisible();
  await page.getByRole('button', { name: 'Devam' }).click();
  await expect(page.getByText(`${name} bağlandı`)).toBeVisible();

  await page.getByRole('link', { name: 'Mağazaya git' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
  await expect(page.getByText('Bağlı', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Duraklat' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Duraklat' }).click();
  await expect(page.getByText('Duraklatıldı', { exact: true }).first()).toBeVisible();
});
