import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { S } from '../../../shared/api/types';
import { Count, Money, StatusPill, When, type Column } from '../../../shared/ui';

type Row = S['Listing'];

/* What was seen before we sent last is only old; it stands out when it is newer and still differs. */
const seenClass = ({ seen, sent, wanted }: Row) => {
  if (!seen || seen.quantity === wanted.quantity) return undefined;
  return sent && seen.at < sent.at ? 'b-dim' : 'b-bad';
};

const Beside = ({ n, className }: { n: number | undefined; className?: string }) =>
  n === undefined ? (
    <span className="b-dim">–</span>
  ) : (
    <span className={className}>
      <Count n={n} />
    </span>
  );

export function useListingColumns(): Column<S['Listing']>[] {
  const { t } = useTranslation('listings');
  return useMemo(
    () => [
      {
        id: 'sku',
        label: t('column.sku'),
        size: 140,
        cell: (row) => (
          <Link className="b-link b-mono" to="." search={(old) => ({ ...old, id: row.id })}>
            {row.sku}
          </Link>
        ),
      },
      { id: 'title', label: t('column.title'), size: 210, cell: (row) => row.title },
      { id: 'store', label: t('column.store'), size: 130, cell: (row) => row.store_name },
      {
        id: 'status',
        label: t('column.status'),
        size: 150,
        cell: (row) => <StatusPill of="listing" status={row.sync} title={row.reason?.message} />,
      },
      {
        id: 'wanted',
        label: t('column.wanted'),
        size: 85,
        num: true,
        cell: (row) => <Count n={row.wanted.quantity} />,
      },
      {
        id: 'sent',
        label: t('column.sent'),
        size: 95,
        num: true,
        cell: (row) => <Beside n={row.sent?.quantity} />,
      },
      {
        id: 'seen',
        label: t('column.seen'),
        size: 85,
        num: true,
        cell: (row) => <Beside n={row.seen?.quantity} className={seenClass(row)} />,
      },
      {
        id: 'price',
        label: t('column.price'),
        size: 105,
        num: true,
        cell: (row) => <Money value={row.wanted.price} />,
      },
      {
        id: 'confirmed',
        label: t('column.confirmed'),
        size: 130,
        cell: (row) => <When at={row.confirmed_at} />,
      },
      {
        id: 'remote',
        label: t('column.remote'),
        size: 150,
        spare: true,
        cell: (row) => <span className="b-mono">{row.remote_sku}</span>,
      },
    ],
    [t],
  );
}
