import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, newKey, unwrap } from '../../shared/api/client';
import type { S } from '../../shared/api/types';
import { limitOf } from '../../shared/lib/search';
import { startOf, type OrderSearch } from './search';

const filterOf = ({ store, status, attention, period, q }: OrderSearch) => ({
  store,
  status,
  attention: attention && true,
  from: period && startOf(period),
  q,
});

export const ordersQuery = (search: OrderSearch) => {
  const query = { ...filterOf(search), cursor: search.cursor, limit: limitOf(search) };
  return queryOptions({
    queryKey: ['orders', 'list', query],
    queryFn: ({ signal }) => unwrap(api.GET('/orders', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
};

export const orderCountQuery = (search: OrderSearch) => {
  const query = filterOf(search);
  return queryOptions({
    queryKey: ['orders', 'count', query],
    queryFn: ({ signal }) => unwrap(api.GET('/orders/count', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
};

export const orderQuery = (id: string) =>
  queryOptions({
    queryKey: ['orders', 'one', id],
    queryFn: ({ signal }) => unwrap(api.GET('/orders/{id}', { params: { path: { id } }, signal })),
  });

export function useOrderAction(id: string) {
  return useMutation({
    mutationFn: (body: { action: S['OrderAction']; invoice_number?: string }) =>
      unwrap(api.POST('/orders/{id}/actions', { params: { path: { id } }, body })),
  });
}

export function useSettle(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.POST('/orders/{id}/settle', { params: { path: { id } } })),
    onSuccess: (order) => client.setQueryData(orderQuery(id).queryKey, order),
    onSettled: () => client.invalidateQueries({ queryKey: ['orders'] }),
  });
}

/** Maps one of our SKUs to what the marketplace calls it; waiting orders take their stock by it. */
export function useMapLine() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { store_id: string; sku: string; remote_sku: string }) =>
      unwrap(api.POST('/listings', { body, params: { header: { 'Idempotency-Key': newKey() } } })),
    onSuccess: () => {
      for (const key of ['orders', 'listings', 'faults', 'overview'])
        void client.invalidateQueries({ queryKey: [key] });
    },
  });
}

const FOUND_MOST = 20;
/** Our variants that a search finds: to choose the one a line means. */
export const variantSearch = (q: string) =>
  queryOptions({
    queryKey: ['products', 'search', q],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/products', { params: { query: { q, limit: FOUND_MOST } }, signal })),
    enabled: q.length >= 2,
    placeholderData: keepPreviousData,
  });
