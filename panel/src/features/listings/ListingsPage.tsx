import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../shared/api/session';
import type { S } from '../../shared/api/types';
import { STOCK_EDIT_MOST } from '../../shared/stock/api';
import { StockDialog } from '../../shared/stock/StockDialog';
import {
  BulkBar,
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
  useSelection,
  useTableView,
  ViewMenu,
} from '../../shared/ui';
import { listingCountQuery, listingsQuery } from './api';
import { ListingCard } from './parts/ListingCard';
import { ListingPanel } from './parts/ListingPanel';
import { useListingColumns } from './parts/columns';
import { listingsRoute } from './routes';
import type { ListingSearch } from './search';

const FIRST_PAGE = { cursor: undefined, from: undefined };

export function ListingsPage() {
  const { t } = useTranslation('listings');
  const format = useFormat();
  const may = useMay();
  const search = listingsRoute.useSearch();
  const navigate = listingsRoute.useNavigate();
  const go = useCallback(
    (patch: Partial<ListingSearch>) => void navigate({ search: (old) => ({ ...old, ...patch }) }),
    [navigate],
  );
  const filter = useCallback(
    (patch: Partial<ListingSearch>) => go({ ...FIRST_PAGE, ...patch }),
    [go],
  );
  const page = useQuery(listingsQuery(search));
  const count = useQuery(listingCountQuery(search));
  const paging = usePaging(search, page.data, (place) => go({ ...FIRST_PAGE, ...place }));
  const columns = useListingColumns();
  const view = useTableView('listings', columns);
  const selection = useSelection<S['Listing']>();
  const [editing, setEditing] = useState<string[]>();
  const active = [search.store, search.status, search.variant].filter(Boolean).length;
  const clear = () =>
    filter({ store: undefined, status: undefined, variant: undefined, q: undefined });
  const skus = [...new Set(selection.rows.map((row) => row.sku))];
  const open = useCallback((row: S['Listing']) => go({ id: row.id }), [go]);

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
          search={
            <SearchBox label={t('search')} value={search.q} onChange={(q) => filter({ q })} />
          }
          filters={
            <>
              <StoreFilter value={search.store} onChange={(store) => filter({ store })} />
              <StatusFilter
                of="listing"
                label={t('column.status')}
                value={search.status}
                onChange={(status) => filter({ status })}
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
            rowLabel={(row) => t('select', { sku: row.sku, store: row.store_name })}
            selection={may('edit_stock') ? selection : undefined}
            onOpen={open}
            openId={search.id}
            card={(row) => <ListingCard listing={row} />}
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
        <BulkBar count={selection.rows.length} onClear={selection.clear}>
          {skus.length > STOCK_EDIT_MOST && (
            <span className="b-dim">{t('tooMany', { most: STOCK_EDIT_MOST })}</span>
          )}
          <Button
            size="xs"
            onClick={() => setEditing(skus)}
            disabled={skus.length > STOCK_EDIT_MOST}
          >
            {t('editStock')}
          </Button>
        </BulkBar>
        <Pager paging={paging} shown={page.data?.items.length ?? 0} total={count.data} />
      </div>
      <ListingPanel
        id={search.id}
        onClose={() => go({ id: undefined })}
        onEditStock={(sku) => setEditing([sku])}
      />
      {editing && <StockDialog skus={editing} onClose={() => setEditing(undefined)} />}
    </Page>
  );
}
