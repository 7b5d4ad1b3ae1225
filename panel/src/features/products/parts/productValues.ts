/** productValues.ts: a product as its form holds it (all text), and back to what the API takes. */
import { isApiError } from '../../../shared/api/errors';
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
const WRONG = ['decimal', 'whole', 'required', 'long'] as const;
export type Wrong = (typeof WRONG)[number];
export const isWrong = (message: string): message is Wrong =>
  (WRONG as readonly string[]).includes(message);

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

/* The API's names of fields, and the form's. */
const TOP = { title: 'title', brand: 'brand', category: 'category', vat_percent: 'vat' } as const;
const OF_VARIANT = {
  sku: 'sku',
  barcode: 'barcode',
  name: 'name',
  price: 'price',
  list_price: 'listPrice',
  cost: 'cost',
  safety_stock: 'safetyStock',
  initial_stock: 'initialStock',
} as const;
const named = <T extends object>(table: T, name: string): T[keyof T] | undefined =>
  name in table ? table[name as keyof T] : undefined;

/** The field of the form that an error of the API is about. */
export function fieldOf(error: unknown, values: ProductValues) {
  if (!isApiError(error)) return undefined;
  const path = error.field ?? error.args.field ?? '';
  const [, at, name] = /^variants\.(\d+)\.(\w+)/.exec(path) ?? [];
  const field = name && named(OF_VARIANT, name);
  if (field) return `variants.${Number(at)}.${field}` as const;
  if (error.code === 'sku.taken') {
    const index = values.variants.findIndex(({ sku }) => sku.trim() === error.args.sku);
    if (index >= 0) return `variants.${index}.sku` as const;
  }
  return named(TOP, path);
}
