import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { LiveEvent } from '../api/live';
import { storesQuery } from '../api/stores';
import type { Tone } from '../ui/tones';
import { hasWord } from './hasWord';

const TONE: Record<LiveEvent['kind'], Tone> = {
  'order.new': 'info',
  'order.changed': 'info',
  'product.changed': 'mute',
  'stock.changed': 'mute',
  'listing.changed': 'mute',
  'store.changed': 'mute',
  'fault.opened': 'bad',
  'fault.closed': 'ok',
  'job.changed': 'mute',
};

export const toneOfEvent = (event: LiveEvent): Tone => TONE[event.kind] ?? 'mute';

const field = (event: LiveEvent, ...names: string[]): string => {
  for (const name of names) {
    const value = event.data?.[name];
    if (typeof value === 'string' || typeof value === 'number') return String(value);
  }
  return '';
};

export interface EventText {
  title: string;
  detail: string;
}

/** What an event says: its kind in words, and what its data names. */
export function useEventText() {
  const { t } = useTranslation('common');
  const stores = useQuery(storesQuery).data;
  const detailOf = (event: LiveEvent): string => {
    if (event.kind.startsWith('fault.')) {
      const about = `event.about.${field(event, 'kind').replace('.', '_')}`;
      const store = stores?.items.find(({ id }) => id === event.store_id)?.name;
      const what = hasWord('common', about) ? t(about as 'event.about.order_raw') : '';
      return [store, what].filter(Boolean).join(': ');
    }
    const left = field(event, 'available');
    const sku = field(event, 'sku');
    if (left !== '')
      return sku
        ? t('event.stockLeft', { sku, count: Number(left) })
        : t('event.left', { count: Number(left) });
    const many = field(event, 'count');
    if (many !== '') return t('event.many', { count: Number(many) });
    return field(event, 'number', 'sku', 'name');
  };
  return (event: LiveEvent): EventText => ({
    title: t(`event.${event.kind.replace('.', '_')}` as 'event.order_new'),
    detail: detailOf(event),
  });
}

/* Every push makes some of these; they make lists move, but tell a person nothing. */
const QUIET: ReadonlySet<LiveEvent['kind']> = new Set(['listing.changed', 'job.changed']);
export const isTelling = (event: LiveEvent) =>
  !QUIET.has(event.kind) && (event.kind !== 'stock.changed' || field(event, 'available') !== '');

/** Where an event leads; undefined: nowhere of its own. */
export function targetOfEvent(event: LiveEvent) {
  const id = event.subject_id;
  if (event.kind === 'order.new' || event.kind === 'order.changed')
    return { to: '/orders/$id', params: { id } } as const;
  if (event.kind === 'listing.changed' && id !== '0')
    return { to: '/listings', search: { id } } as const;
  if (event.kind === 'product.changed') return { to: '/products/$id', params: { id } } as const;
  if (event.kind === 'store.changed') return { to: '/stores/$id', params: { id } } as const;
  if (event.kind === 'job.changed') return { to: '/jobs', search: {} } as const;
  return undefined;
}
