import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { S } from '../../../shared/api/types';
import { Count, Money, StatusPill, When, type Column } from '../../../shared/ui';
import { Flags } from './Flags';
import { ShipBy } from './ShipBy';

export function useOrderColumns(): Column<S['Order']>[] {
  const { t } = useTranslation('orders');
  return useMemo(
    () => [
      {
        id: 'number',
        label: t('column.number'),
        size: 130,
        cell: (row) => (
          <Link className="b-link b-mono" to="/orders/$id" params={{ id: row.id }}>
            {row.number}
          </Link>
        ),
      },
      { id: 'store', label: t('column.store'), size: 140, cell: (row) => row.store_name },
      { id: 'buyer', label: t('column.buyer'), size: 110, cell: (row) => row.buyer },
      {
        id: 'pieces',
        label: t('column.pieces'),
        size: 60,
        num: true,
        cell: (row) => <Count n={row.pieces} />,
      },
      {
        id: 'total',
        label: t('column.total'),
        size: 110,
        num: true,
        cell: (row) => <Money value={row.total} />,
      },
      {
        id: 'status',
        label: t('column.status'),
        size: 160,
        cell: (row) => <StatusPill of="order" status={row.status} />,
      },
      {
        id: 'attention',
        label: t('column.attention'),
        size: 150,
        cell: (row) => <Flags of={row} />,
      },
      {
        id: 'shipBy',
        label: t('column.shipBy'),
        size: 110,
        cell: (row) => <ShipBy order={row} />,
      },
      {
        id: 'orderedAt',
        label: t('column.orderedAt'),
        size: 150,
        cell: (row) => <When at={row.ordered_at} as="date" />,
      },
      {
        id: 'receivedAt',
        label: t('column.receivedAt'),
        size: 150,
        spare: true,
        cell: (row) => <When at={row.received_at} as="date" />,
      },
    ],
    [t],
  );
}
