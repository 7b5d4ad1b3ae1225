import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '../api/client';

interface MapInput {
  store_id: string;
  sku: string;
  remote_sku: string;
}

/** Maps one of our SKUs to what the marketplace calls it; waiting orders take their stock by it. */
export function useMapSku() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ key, body }: { key: string; body: MapInput }) =>
      unwrap(api.POST('/listings', { body, params: { header: { 'Idempotency-Key': key } } })),
    onSuccess: () => {
      for (const key of ['orders', 'listings', 'faults', 'overview'])
        void client.invalidateQueries({ queryKey: [key] });
    },
  });
}

const FOUND_MOST = 20;
/** Our variants that a search finds: to choose the one that is meant. */
export const variantSearch = (q: string) =>
  queryOptions({
    queryKey: ['products', 'search', q],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/products', { params: { query: { q, limit: FOUND_MOST } }, signal })),
    enabled: q.length >= 2,
    placeholderData: keepPreviousData,
  });

const LISTED_MOST = 100;
/** What of that is listed at the store already, and so cannot be mapped there once more. */
export const listedSearch = (store: string, q: string) =>
  queryOptions({
    queryKey: ['listings', 'search', store, q],
    queryFn: async ({ signal }) => {
      const query = { store, q, limit: LISTED_MOST };
      const { items } = await unwrap(api.GET('/listings', { params: { query }, signal }));
      return items.map((listing) => listing.variant_id);
    },
    enabled: q.length >= 2,
    placeholderData: keepPreviousData,
  });
