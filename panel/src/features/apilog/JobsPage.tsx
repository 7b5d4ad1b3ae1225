import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { storesQuery } from '../../shared/api/stores';
import type { S } from '../../shared/api/types';
import {
  DataTable,
  EmptyState,
  ErrorPanel,
  FilterBar,
  Page,
  Pager,
  StatusFilter,
  StoreFilter,
  usePaging,
  useTableView,
  ViewMenu,
} from '../../shared/ui';
import { jobsQuery } from './api';
import { JobCard } from './parts/JobCard';
import { useJobColumns } from './parts/jobColumns';
import { Tabs } from './parts/Tabs';
import { jobsRoute } from './routes';
import type { JobSearch } from './search';

const FIRST_PAGE = { cursor: undefined, from: undefined };

export function JobsPage() {
  const { t } = useTranslation('apilog');
  const search = jobsRoute.useSearch();
  const navigate = jobsRoute.useNavigate();
  const go = useCallback(
    (patch: Partial<JobSearch>) => void navigate({ search: (old) => ({ ...old, ...patch }) }),
    [navigate],
  );
  const page = useQuery(jobsQuery(search));
  const stores = useQuery(storesQuery);
  const paging = usePaging(search, page.data, (place) => go({ ...FIRST_PAGE, ...place }));
  const columns = useJobColumns(stores.data?.items);
  const view = useTableView('jobs', columns);
  const active = [search.store, search.state].filter(Boolean).length;
  const clear = () => go({ ...FIRST_PAGE, store: undefined, state: undefined });
  const open = useCallback(
    (job: S['Job']) => void navigate({ to: '/calls', search: { job: job.id } }),
    [navigate],
  );

  return (
    <Page fill title={t('jobs')} sub={t('jobsSub')} actions={<Tabs at="jobs" />}>
      <div className="b-card b-col">
        <FilterBar
          filters={
            <>
              <StoreFilter
                value={search.store}
                onChange={(store) => go({ ...FIRST_PAGE, store })}
              />
              <StatusFilter
                of="job"
                label={t('column.state')}
                value={search.state}
                onChange={(state) => go({ ...FIRST_PAGE, state })}
              />
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
            label={t('jobsTable')}
            columns={columns}
            rows={page.data?.items}
            view={view}
            fetching={page.isFetching}
            before={paging.before}
            rowLabel={(row) => row.id}
            onOpen={open}
            card={(row) => <JobCard job={row} stores={stores.data?.items} />}
            empty={
              active > 0 ? (
                <EmptyState
                  title={t('jobsEmptyFilter')}
                  action={
                    <Button size="xs" variant="default" onClick={clear}>
                      {t('clear')}
                    </Button>
                  }
                />
              ) : (
                <EmptyState title={t('jobsEmpty')} />
              )
            }
          />
        )}
        <Pager paging={paging} shown={page.data?.items.length ?? 0} />
      </div>
    </Page>
  );
}
