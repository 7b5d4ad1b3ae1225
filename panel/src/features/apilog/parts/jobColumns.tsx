import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { S } from '../../../shared/api/types';
import { useSentence } from '../../../shared/lib/sentence';
import { Count, StatusPill, When, type Column } from '../../../shared/ui';
import { useKindWord } from './kindWord';
import { RetryJob } from './RetryJob';

export function useJobColumns(stores: S['Store'][] | undefined): Column<S['Job']>[] {
  const { t } = useTranslation('apilog');
  const word = useKindWord();
  const sentence = useSentence();
  return useMemo(
    () => [
      {
        id: 'kind',
        label: t('column.kind'),
        size: 190,
        cell: (row) => (
          <Link className="b-link" to="/calls" search={{ job: row.id }}>
            {word(row.kind)}
          </Link>
        ),
      },
      {
        id: 'store',
        label: t('column.store'),
        size: 140,
        cell: (row) => stores?.find((store) => store.id === row.store_id)?.name ?? '–',
      },
      {
        id: 'state',
        label: t('column.state'),
        size: 120,
        cell: (row) => <StatusPill of="job" status={row.state} />,
      },
      {
        id: 'reason',
        label: t('column.reason'),
        size: 260,
        cell: (row) => row.reason && <span title={row.reason.message}>{sentence(row.reason)}</span>,
      },
      {
        id: 'tries',
        label: t('column.tries'),
        size: 80,
        num: true,
        cell: (row) => <Count n={row.tries} />,
      },
      {
        id: 'runAt',
        label: t('column.runAt'),
        size: 120,
        cell: (row) => <When at={row.run_at} ahead />,
      },
      {
        id: 'endedAt',
        label: t('column.endedAt'),
        size: 120,
        cell: (row) => <When at={row.ended_at} />,
      },
      {
        id: 'lane',
        label: t('column.lane'),
        size: 90,
        spare: true,
        cell: (row) => t(`lane.${row.lane}`),
      },
      { id: 'act', label: '', size: 120, cell: (row) => <RetryJob job={row} /> },
    ],
    // `word` and `sentence` follow the language, as `t` does.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [t, stores],
  );
}
