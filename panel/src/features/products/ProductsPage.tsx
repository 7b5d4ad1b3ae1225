import { Button, Chip } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../shared/api/session';
import type { S } from '../../shared/api/types';
import {
  DataTable,
  EmptyState,
  ErrorPanel,
  FilterBar,
  Page,
  Pager,
  SearchBox,
  usePaging,
  useTableView,
  ViewMenu,
} from '../../shared/ui';
import { IconPackage, IconPlus } from '../../shared/ui/icons';
import { productsQuery } from './api';
import { ProductCard, useProductColumns } from './parts/columns';
import { productsRoute } from './routes';
import type { ProductSearch } from './search';

const FIRST_PAGE = { cursor: undefined, from: undefined };

export function ProductsPage() {
  const { t } = useTranslation('products');
  const may = useMay();
  const search = productsRoute.useSearch();
  const navigate = productsRoute.useNavigate();
  const go = useCallback(
    (patch: Partial<ProductSearch>) => void navigate({ search: (old) => ({ ...old, ...patch }) }),
    [navigate],
  );
  const filter = useCallback(
    (patch: Partial<ProductSearch>) => go({ ...FIRST_PAGE, ...patch }),
    [go],
  );
  const page = useQuery(productsQuery(search));
  const paging = usePaging(search, page.data, (place) => go({ ...FIRST_PAGE, ...place }));
  const columns = useProductColumns();
  const view = useTableView('products', columns);
  const clear = () => filter({ q: undefined, low: undefined });
  const open = useCallback(
    (product: S['Product']) => void navigate({ to: '/products/$id', params: { id: product.id } }),
    [navigate],
  );
  const add = may('edit_stock') && (
    <Button
      size="xs"
      leftSection={<IconPlus size={15} aria-hidden />}
      renderRoot={(props) => <Link to="/products/new" {...props} />}
    >
      {t('new')}
    </Button>
  );

  return (
    <Page fill title={t('title')} actions={add}>
      <div className="b-card b-col">
        <FilterBar
          search={
            <SearchBox label={t('search')} value={search.q} onChange={(q) => filter({ q })} />
          }
          filters={
            <Chip
              size="xs"
              checked={search.low === '1'}
              onChange={(on) => filter({ low: on ? '1' : undefined })}
            >
              {t('low')}
            </Chip>
          }
          active={search.low ? 1 : 0}
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
            rowLabel={(row) => row.title}
            onOpen={open}
            card={(row) => <ProductCard product={row} />}
            empty={
              search.q || search.low ? (
                <EmptyState
                  title={t('emptyFilter')}
                  action={
                    <Button size="xs" variant="default" onClick={clear}>
                      {t('clear')}
                    </Button>
                  }
                />
              ) : (
                <EmptyState
                  icon={IconPackage}
                  title={t('empty')}
                  hint={t('emptyHint')}
                  action={add}
                />
              )
            }
          />
        )}
        <Pager paging={paging} shown={page.data?.items.length ?? 0} />
      </div>
    </Page>
  );
}
