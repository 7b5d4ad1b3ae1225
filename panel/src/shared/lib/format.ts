import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

export interface MoneyValue {
  amount: string;
  currency: string;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const PRICE = /(^|_)(price|amount)$/;
const COUNT = /(^|_)(quantity|available|count|times)$/;
const DECIMAL = /^-?\d+(\.\d+)?$/;

const made = new Map<string, unknown>();
/* Intl objects are dear to make and are asked for in every cell. */
function once<T>(key: string, make: () => T): T {
  let value = made.get(key) as T | undefined;
  if (!value) made.set(key, (value = make()));
  return value;
}

export function makeFormat(lang: string) {
  const number = (options: Intl.NumberFormatOptions, key: string) =>
    once(`${lang}|${key}`, () => new Intl.NumberFormat(lang, options));
  const date = (options: Intl.DateTimeFormatOptions, key: string) =>
    once(`${lang}|${key}`, () => new Intl.DateTimeFormat(lang, options));
  const relative = () =>
    once(
      `${lang}|ago`,
      () => new Intl.RelativeTimeFormat(lang, { numeric: 'auto', style: 'short' }),
    );

  return {
    /** A decimal text is given on as text: no float on the way. */
    money: ({ amount, currency }: MoneyValue) =>
      number(
        { style: 'currency', currency, currencyDisplay: 'narrowSymbol' },
        `m${currency}`,
      ).format(amount as Intl.StringNumericLiteral),
    number: (n: number) => number({}, 'n').format(n),
    /** A sentence's arguments: what is a number or an amount is written as the reader writes it. */
    args: (args: Record<string, string>) =>
      Object.fromEntries(
        Object.entries(args).map(([name, value]) => {
          if (PRICE.test(name) && DECIMAL.test(value))
            return [
              name,
              number({ minimumFractionDigits: 2 }, 'p2').format(value as Intl.StringNumericLiteral),
            ];
          return [
            name,
            COUNT.test(name) && DECIMAL.test(value) ? number({}, 'n').format(Number(value)) : value,
          ];
        }),
      ),
    signed: (n: number) => number({ signDisplay: 'exceptZero' }, 's').format(n),
    percent: (ratio: number) =>
      number({ style: 'percent', maximumFractionDigits: 1 }, 'p').format(ratio),
    bytes: (n: number) =>
      n < 1000
        ? number({ style: 'unit', unit: 'byte', unitDisplay: 'narrow' }, 'b').format(n)
        : number({ style: 'unit', unit: 'kilobyte', maximumFractionDigits: 1 }, 'kb').format(
            n / 1000,
          ),
    ms: (n: number) =>
      n < 10_000
        ? number({ style: 'unit', unit: 'millisecond', unitDisplay: 'short' }, 'ms').format(n)
        : number(
            { style: 'unit', unit: 'second', unitDisplay: 'short', maximumFractionDigits: 1 },
            'sec',
          ).format(n / 1000),
    every: (ms: number) => {
      const [unit, size] =
        ms >= DAY
          ? (['day', DAY] as const)
          : ms >= HOUR
            ? (['hour', HOUR] as const)
            : ms >= MINUTE
              ? (['minute', MINUTE] as const)
              : (['second', 1000] as const);
      return number(
        { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: 1 },
        `e${unit}`,
      ).format(ms / size);
    },
    dateTime: (iso: string) =>
      date({ dateStyle: 'medium', timeStyle: 'short' }, 'dt').format(new Date(iso)),
    exact: (iso: string) =>
      date({ dateStyle: 'long', timeStyle: 'long' }, 'full').format(new Date(iso)),
    clock: (iso: string) =>
      date(
        { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 },
        'clock',
      ).format(new Date(iso)),
    time: (iso: string) => date({ timeStyle: 'short' }, 't').format(new Date(iso)),
    /** "3 dk. önce", "2 sa. sonra"; a date when it is more than a week away. */
    ago: (iso: string, now: number) => {
      const gap = new Date(iso).getTime() - now;
      const size = Math.abs(gap);
      if (size < MINUTE) return relative().format(Math.round(gap / 1000), 'second');
      if (size < HOUR) return relative().format(Math.round(gap / MINUTE), 'minute');
      if (size < DAY) return relative().format(Math.round(gap / HOUR), 'hour');
      if (size < 7 * DAY) return relative().format(Math.round(gap / DAY), 'day');
      return date({ dateStyle: 'medium' }, 'd').format(new Date(iso));
    },
  };
}

export const useFormat = () => {
  const { i18n } = useTranslation();
  return useMemo(() => makeFormat(i18n.language), [i18n.language]);
};
