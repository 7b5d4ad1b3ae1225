import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, newKey, unwrap } from '../api/client';

/** Maps one of our SKUs to what the marketplace calls it; waiting orders take their stock by it. */
export function useMapSku() {
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
/** Our variants that a search finds: to choose the one that is meant. */
export const variantSearch = (q: string) =>
  queryOptions({
    queryKey: ['products', 'search', q],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/products', { params: { query: { q, limit: FOUND_MOST } }, signal })),
    enabled: q.length >= 2,
    placeholderData: keepPreviousData,
  });
