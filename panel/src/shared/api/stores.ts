import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from './client';

/** The stores are few and every screen names them. */
export const storesQuery = queryOptions({
  queryKey: ['stores', 'list'],
  queryFn: ({ signal }) => unwrap(api.GET('/stores', { signal })),
});

export const marketplacesQuery = queryOptions({
  queryKey: ['marketplaces'],
  queryFn: ({ signal }) => unwrap(api.GET('/marketplaces', { signal })),
  staleTime: Infinity,
});
