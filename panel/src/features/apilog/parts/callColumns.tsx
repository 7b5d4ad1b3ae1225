import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { S } from '../../../shared/api/types';
import { useFormat, When, type Column } from '../../../shared/ui';
import { CallStatus } from './CallStatus';
import { useKindWord } from './kindWord';

/* The host is the store's; what tells calls apart is the path. */
export const pathOf = (url: string) => url.replace(/^https?:\/\/[^/]+/, '');

export function useCallColumns(): Column<S['Call']>[] {
  const { t } = useTranslation('apilog');
  const format = useFormat();
  const word = useKindWord();
  return useMemo(
    () => [
      {
        id: 'at',
        label: t('column.at'),
        size: 150,
        cell: (row) => (
          <Link className="b-link" to="." search={(old) => ({ ...old, id: row.id })}>
            <When at={row.at} as="clock" />
          </Link>
        ),
      },
      { id: 'store', label: t('column.store'), size: 150, cell: (row) => row.store_name },
      { id: 'purpose', label: t('column.purpose'), size: 190, cell: (row) => word(row.purpose) },
      {
        id: 'request',
        label: t('column.request'),
        size: 360,
        cell: (row) => (
          <span className="b-mono" title={row.url}>
            {row.method} {pathOf(row.url)}
          </span>
        ),
      },
      {
        id: 'status',
        label: t('column.status'),
        size: 110,
        cell: (row) => <CallStatus status={row.status} />,
      },
      {
        id: 'took',
        label: t('column.took'),
        size: 90,
        num: true,
        cell: (row) => format.ms(row.took_ms),
      },
      {
        id: 'sent',
        label: t('column.sent'),
        size: 100,
        num: true,
        spare: true,
        cell: (row) => format.bytes(row.request_bytes),
      },
      {
        id: 'got',
        label: t('column.got'),
        size: 100,
        num: true,
        cell: (row) => format.bytes(row.reply_bytes),
      },
    ],
    // `word` follows the language, as `t` does.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [t, format],
  );
}
