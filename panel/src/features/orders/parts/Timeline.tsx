import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../../shared/api/session';
import type { Reason, S } from '../../../shared/api/types';
import { hasWord } from '../../../shared/lib/hasWord';
import { Card, Said, When, type Tone } from '../../../shared/ui';

type Entry = S['OrderDetail']['timeline'][number];

const TONES: Record<string, Tone> = {
  short: 'bad',
  unmapped: 'bad',
  action_failed: 'bad',
  cancelled: 'warn',
  report: 'warn',
};

/** What happened to the order, in order, each step with the request that did it. */
export function Timeline({ entries }: { entries: Entry[] }) {
  const { t } = useTranslation('orders');
  return (
    <Card title={t('timeline.title')}>
      <ol className="b-timeline">
        {entries.map((entry, i) => (
          <li key={i} data-tone={TONES[entry.kind]}>
            <Step entry={entry} />
          </li>
        ))}
      </ol>
    </Card>
  );
}

function Step({ entry }: { entry: Entry }) {
  const { t } = useTranslation('orders');
  const may = useMay();
  const key = `timeline.${entry.kind}`;
  return (
    <>
      <Text fz="sm" fw={600}>
        {hasWord('orders', key) ? t(key as 'timeline.received') : entry.kind}
      </Text>
      <Text fz="sm" className="b-wrap" component="div">
        <Facts detail={entry.detail} />
      </Text>
      <Text c="dimmed" fz="xs" component="div" className="b-text-links">
        <When at={entry.at} as="date" />
        {' · '}
        {entry.user_id ? t('timeline.person') : t('timeline.system')}
        {entry.call_id && may('see_calls') && (
          <>
            {' · '}
            <Link className="b-link" to="/calls" search={{ id: entry.call_id }}>
              {t('timeline.call')}
            </Link>
          </>
        )}
      </Text>
    </>
  );
}

interface LineSaid {
  sku: string;
  quantity: number;
}
const linesOf = (detail: Entry['detail']): LineSaid[] =>
  Array.isArray(detail.lines) ? (detail.lines as LineSaid[]) : [];

/* What failed says so in a sentence of its own. */
const REASON = { code: true, message: true };
const reasonOf = ({ code, message }: Entry['detail']): Reason | undefined =>
  typeof code === 'string' && typeof message === 'string' ? { code, message, args: {} } : undefined;

/* What we have no word for is ours to know, not a reader's. */
const isSaid = ([name, value]: [string, unknown]) =>
  !(name in REASON) &&
  hasWord('orders', `timeline.detail.${name}`) &&
  ['string', 'number'].includes(typeof value) &&
  value !== '';

function Facts({ detail }: { detail: Entry['detail'] }) {
  const { t } = useTranslation('orders');
  const reason = reasonOf(detail);
  return (
    <>
      {linesOf(detail).map(({ sku, quantity }, i) => (
        <div key={i} className="b-mono">
          {t('timeline.line', { sku, count: quantity })}
        </div>
      ))}
      {reason && <Said reason={reason} />}
      {Object.entries(detail)
        .filter(isSaid)
        .map(([name, value]) => (
          <span key={name} className="b-timeline-fact">
            <Fact name={name} value={String(value)} />
          </span>
        ))}
    </>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  const { t } = useTranslation(['orders', 'common']);
  const label = `timeline.detail.${name}`;
  const status = `status.order.${value}`;
  const action = `action.${value}`;
  const shown =
    ['status', 'from'].includes(name) && hasWord('common', status)
      ? t(`common:${status as 'status.order.NEW'}`)
      : name === 'action' && hasWord('orders', action)
        ? t(action as 'action.invoice')
        : value;
  return (
    <>
      <span className="b-dim">{t(label as 'timeline.detail.sku')}</span> {shown}
    </>
  );
}
