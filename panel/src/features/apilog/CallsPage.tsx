import { Button, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { S } from '../../shared/api/types';
import {
  ChoiceFilter,
  DataTable,
  EmptyState,
  ErrorPanel,
  FilterBar,
  Page,
  Pager,
  Pill,
  SearchBox,
  StoreFilter,
  usePaging,
  useTableView,
  ViewMenu,
  When,
} from '../../shared/ui';
import { callsQuery } from './api';
import { CallPanel } from './parts/CallPanel';
import { CallStatus } from './parts/CallStatus';
import { pathOf, useCallColumns } from './parts/callColumns';
import { Tabs } from './parts/Tabs';
import { callsRoute } from './routes';
import { CALL_STATUSES, type CallSearch } from './search';

const FIRST_PAGE = { cursor: undefined, from: undefined };

export function CallsPage() {
  const { t } = useTranslation('apilog');
  const search = callsRoute.useSearch();
  const navigate = callsRoute.useNavigate();
  const go = useCallback(
    (patch: Partial<CallSearch>) => void navigate({ search: (old) => ({ ...old, ...patch }) }),
    [navigate],
  );
  const filter = useCallback((patch: Partial<CallSearch>) => go({ ...FIRST_PAGE, ...patch }), [go]);
  const query = callsQuery(search);
  const known = useQuery({ ...query, enabled: false }).data !== undefined;
  // The list moves by itself; while one call is read it stands still.
  const page = useQuery({ ...query, enabled: !(search.id && known) });
  const paging = usePaging(search, page.data, (place) => go({ ...FIRST_PAGE, ...place }));
  const columns = useCallColumns();
  const view = useTableView('calls', columns);
  const active = [search.store, search.status, search.job].filter(Boolean).length;
  const clear = () => filter({ store: undefined, status: undefined, job: undefined, q: undefined });
  const open = useCallback((call: S['Call']) => go({ id: call.id }), [go]);

  return (
    <Page fill title={t('calls')} sub={t('callsSub')} actions={<Tabs at="calls" />}>
      <div className="b-card b-col">
        <FilterBar
          search={
            <SearchBox label={t('search')} value={search.q} onChange={(q) => filter({ q })} />
          }
          filters={
            <>
              <StoreFilter value={search.store} onChange={(store) => filter({ store })} />
              <ChoiceFilter
                label={t('column.status')}
                value={search.status}
                onChange={(status) => filter({ status })}
                data={CALL_STATUSES.map((value) => ({ value, label: t(`status.${value}`) }))}
              />
              {search.job && <Pill tone="info">{t('ofJob', { id: search.job })}</Pill>}
            </>
          }
          active={active}
          onClear={clear}
          end={<ViewMenu columns={columns} view={view} />}
        />
        {page.isError && !page.data ? (
          <ErrorPanel error={page.error} onRetry={() => void page.refetch()} />
        ) : (
          <DataTable
            label={t('table')}
            columns={columns}
            rows={page.data?.items}
            view={view}
            fetching={page.isFetching}
            before={paging.before}
            rowLabel={(row) => `${row.method} ${pathOf(row.url)}`}
            onOpen={open}
            openId={search.id}
            card={(row) => <CallCard call={row} />}
            empty={
              active > 0 || search.q ? (
                <EmptyState
                  title={t('emptyFilter')}
                  action={
                    <Button size="xs" variant="default" onClick={clear}>
                      {t('clear')}
                    </Button>
                  }
                />
              ) : (
                <EmptyState title={t('empty')} hint={t('emptyHint')} />
              )
            }
          />
        )}
        <Pager paging={paging} shown={page.data?.items.length ?? 0} />
      </div>
      <CallPanel id={search.id} onClose={() => go({ id: undefined })} />
    </Page>
  );
}

const CallCard = ({ call }: { call: S['Call'] }) => (
  <>
    <div className="b-row">
      <Link className="b-link b-mono b-ellipsis" to="." search={(old) => ({ ...old, id: call.id })}>
        {call.method} {pathOf(call.url)}
      </Link>
      <CallStatus status={call.status} />
    </div>
    <div className="b-row">
      <Text c="dimmed" fz="xs" className="b-ellipsis">
        {call.store_name}
      </Text>
      <Text c="dimmed" fz="xs" component="span">
        <When at={call.at} as="clock" />
      </Text>
    </div>
  </>
);
