import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '../../shared/api/client';
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
