/** productValues.ts: a product as its form holds it (all text), and back to what the API takes. */
import type { S } from '../../../shared/api/types';
import { z } from '../../../shared/lib/z';

const DECIMAL = /^\d{1,12}([.,]\d{1,4})?$/;
const DECIMAL_OR_NONE = /^$|^\d{1,12}([.,]\d{1,4})?$/;
const text = (most: number) => z.string().check(z.trim(), z.maxLength(most, 'long'));
const needed = (most: number) =>
  z.string().check(z.trim(), z.minLength(1, 'required'), z.maxLength(most, 'long'));
const decimal = z.string().check(z.trim(), z.regex(DECIMAL, 'decimal'));
const decimalOrNone = z.string().check(z.trim(), z.regex(DECIMAL_OR_NONE, 'decimal'));
const whole = z.string().check(z.trim(), z.regex(/^\d{0,9}$/, 'whole'));

export const productSchema = z.object({
  title: needed(200),
  brand: text(100),
  category: text(100),
  vat: decimalOrNone,
  variants: z
    .array(
      z.object({
        id: z.optional(z.string()),
        sku: needed(64),
        barcode: text(40),
        name: text(100),
        price: decimal,
        listPrice: decimalOrNone,
        cost: decimalOrNone,
        safetyStock: whole,
        initialStock: whole,
      }),
    )
    .check(z.minLength(1)),
});
export type ProductValues = z.infer<typeof productSchema>;
export type Wrong = 'decimal' | 'whole' | 'required' | 'long';

const CURRENCY = 'TRY';

export const emptyVariant = (): ProductValues['variants'][number] => ({
  sku: '',
  barcode: '',
  name: '',
  price: '',
  listPrice: '',
  cost: '',
  safetyStock: '0',
  initialStock: '0',
});

export const valuesOf = (product: S['Product'] | undefined): ProductValues =>
  product
    ? {
        title: product.title,
        brand: product.brand,
        category: product.category,
        vat: product.vat_percent,
        variants: product.variants.map((variant) => ({
          id: variant.id,
          sku: variant.sku,
          barcode: variant.barcode,
          name: variant.name,
          price: variant.price.amount,
          listPrice: variant.list_price.amount,
          cost: variant.cost?.amount ?? '',
          safetyStock: String(variant.safety_stock),
          initialStock: '0',
        })),
      }
    : { title: '', brand: '', category: '', vat: '20', variants: [emptyVariant()] };

const point = (text: string) => text.trim().replace(',', '.');

export function inputOf(values: ProductValues, was: S['Product'] | undefined): S['ProductInput'] {
  const currencyOf = (id: string | undefined) =>
    was?.variants.find((variant) => variant.id === id)?.price.currency ?? CURRENCY;
  return {
    title: values.title.trim(),
    brand: values.brand.trim(),
    category: values.category.trim(),
    vat_percent: point(values.vat) || '0',
    variants: values.variants.map((variant) => {
      const currency = currencyOf(variant.id);
      const price = { amount: point(variant.price), currency };
      const cost = point(variant.cost);
      return {
        ...(variant.id ? { id: variant.id } : { initial_stock: Number(variant.initialStock || 0) }),
        sku: variant.sku.trim(),
        barcode: variant.barcode.trim(),
        name: variant.name.trim(),
        price,
        list_price: variant.listPrice.trim()
          ? { amount: point(variant.listPrice), currency }
          : price,
        cost: cost ? { amount: cost, currency } : null,
        safety_stock: Number(variant.safetyStock || 0),
      };
    }),
  };
}
