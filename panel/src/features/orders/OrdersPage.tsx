import { Button, SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
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
  SearchBox,
  StatusFilter,
  StoreFilter,
  useFormat,
  usePaging,
  useTableView,
  ViewMenu,
} from '../../shared/ui';
import { orderCountQuery, ordersQuery } from './api';
import { OrderCard } from './parts/OrderCard';
import { useOrderColumns } from './parts/columns';
import { ordersRoute } from './routes';
import { PERIODS, type OrderSearch } from './search';

const FIRST_PAGE = { cursor: undefined, from: undefined };
const NO_FILTER = {
  ...FIRST_PAGE,
  store: undefined,
  status: undefined,
  attention: undefined,
  period: undefined,
  q: undefined,
};

const VIEWS = ['all', 'attention', 'NEW', 'PICKING'] as const;
type View = (typeof VIEWS)[number];
const viewOf = ({ attention, status }: OrderSearch): View | '' => {
  if (attention) return 'attention';
  if (status === 'NEW' || status === 'PICKING') return status;
  return status ? '' : 'all';
};

export function OrdersPage() {
  const { t } = useTranslation('orders');
  const format = useFormat();
  const search = ordersRoute.useSearch();
  const navigate = ordersRoute.useNavigate();
  const go = useCallback(
    (patch: Partial<OrderSearch>) => void navigate({ search: (old) => ({ ...old, ...patch }) }),
    [navigate],
  );
  const filter = useCallback(
    (patch: Partial<OrderSearch>) => go({ ...FIRST_PAGE, ...patch }),
    [go],
  );
  const page = useQuery(ordersQuery(search));
  const count = useQuery(orderCountQuery(search));
  const paging = usePaging(search, page.data, (place) => go({ ...FIRST_PAGE, ...place }));
  const columns = useOrderColumns();
  const view = useTableView('orders', columns);
  const active = [search.store, search.status, search.attention, search.period].filter(
    Boolean,
  ).length;
  const clear = () => go(NO_FILTER);
  const open = useCallback(
    (order: S['Order']) => void navigate({ to: '/orders/$id', params: { id: order.id } }),
    [navigate],
  );

  return (
    <Page
      fill
      title={t('title')}
      sub={
        count.data
          ? `${format.number(count.data.n)}${count.data.exact ? '' : '+'} ${t('unit')}`
          : ' '
      }
    >
      <div className="b-card b-col">
        <FilterBar
          views={
            <SegmentedControl
              size="xs"
              aria-label={t('views')}
              value={viewOf(search)}
              onChange={(chosen) =>
                filter({
                  attention: chosen === 'attention' ? '1' : undefined,
                  status: chosen === 'NEW' || chosen === 'PICKING' ? chosen : undefined,
                })
              }
              data={VIEWS.map((value) => ({ value, label: t(`view.${value}`) }))}
            />
          }
          search={
            <SearchBox label={t('search')} value={search.q} onChange={(q) => filter({ q })} />
          }
          filters={
            <>
              <StoreFilter value={search.store} onChange={(store) => filter({ store })} />
              <StatusFilter
                of="order"
                label={t('column.status')}
                value={search.status}
                onChange={(status) => filter({ status })}
              />
              <ChoiceFilter
                label={t('period.label')}
                value={search.period}
                onChange={(period) => filter({ period })}
                data={PERIODS.map((value) => ({ value, label: t(`period.${value}`) }))}
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
            label={t('table')}
            columns={columns}
            rows={page.data?.items}
            view={view}
            fetching={page.isFetching}
            before={paging.before}
            total={count.data?.exact ? count.data.n : undefined}
            rowLabel={(row) => row.number}
            onOpen={open}
            card={(row) => <OrderCard order={row} />}
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
        <Pager paging={paging} shown={page.data?.items.length ?? 0} total={count.data} />
      </div>
    </Page>
  );
}
