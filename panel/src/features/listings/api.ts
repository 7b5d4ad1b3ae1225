import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '../../shared/api/client';
import { limitOf } from '../../shared/lib/search';
import type { ListingSearch } from './search';

const filterOf = ({ store, status, variant, q }: ListingSearch) => ({
  store,
  sync: status,
  variant,
  q,
});

export const listingsQuery = (search: ListingSearch) => {
  const query = { ...filterOf(search), cursor: search.cursor, limit: limitOf(search) };
  return queryOptions({
    queryKey: ['listings', 'list', query],
    queryFn: ({ signal }) => unwrap(api.GET('/listings', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
};

export const listingCountQuery = (search: ListingSearch) => {
  const query = filterOf(search);
  return queryOptions({
    queryKey: ['listings', 'count', query],
    queryFn: ({ signal }) => unwrap(api.GET('/listings/count', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
};

export const listingQuery = (id: string) =>
  queryOptions({
    queryKey: ['listings', 'one', id],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/listings/{id}', { params: { path: { id } }, signal })),
  });

export const explainQuery = (id: string) =>
  queryOptions({
    queryKey: ['listings', 'explain', id],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/listings/{id}/explain', { params: { path: { id } }, signal })),
  });

export function useRetryListing() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      unwrap(api.POST('/listings/{id}/retry', { params: { path: { id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: ['listings'] }),
  });
}
