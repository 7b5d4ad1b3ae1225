import { flag, id, oneOf, place, text, type Place, type RawSearch } from '../../shared/lib/search';
import { statusesOf, type StatusOf } from '../../shared/ui/tones';

export const PERIODS = ['today', '7d', '30d'] as const;
export type Period = (typeof PERIODS)[number];

/** What the orders page keeps in the URL. */
export interface OrderSearch extends Place {
  store?: string;
  status?: StatusOf<'order'>;
  attention?: '1';
  period?: Period;
  q?: string;
}

const status = oneOf(statusesOf('order'));
const period = oneOf(PERIODS);

export const orderSearch = (raw: RawSearch): OrderSearch => ({
  store: id(raw.store),
  status: status(raw.status),
  attention: flag(raw.attention),
  period: period(raw.period),
  q: text(raw.q),
  ...place(raw),
});

const DAYS: Record<Period, number> = { today: 0, '7d': 6, '30d': 29 };

/** Where a period starts: at the reader's midnight. */
export const startOf = (period: Period, now = new Date()) =>
  new Date(now.getFullYear(), now.getMonth(), now.getDate() - DAYS[period]).toISOString();
