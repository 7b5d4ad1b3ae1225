import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '../../shared/api/client';
import type { S } from '../../shared/api/types';
import { limitOf } from '../../shared/lib/search';
import type { ProductSearch } from './search';

export const productsQuery = ({ q, low, ...at }: ProductSearch) => {
  const query = { q, low_stock: low && true, cursor: at.cursor, limit: limitOf(at) };
  return queryOptions({
    queryKey: ['products', 'list', query],
    queryFn: ({ signal }) => unwrap(api.GET('/products', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
};

export const productQuery = (id: string) =>
  queryOptions({
    queryKey: ['products', 'one', id],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/products/{id}', { params: { path: { id } }, signal })),
  });

export const ledgerQuery = (variant: string) =>
  queryOptions({
    queryKey: ['ledger', variant],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/variants/{id}/ledger', { params: { path: { id: variant } }, signal })),
    staleTime: 0,
  });

/** Makes a product, or saves the one with `id`. */
export function useSaveProduct(id: string | undefined) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ key, body }: { key: string; body: S['ProductInput'] }) => {
      const header = { 'Idempotency-Key': key };
      return id === undefined
        ? unwrap(api.POST('/products', { body, params: { header } }))
        : unwrap(api.PUT('/products/{id}', { body, params: { header, path: { id } } }));
    },
    onSuccess: (product) => client.setQueryData(productQuery(product.id).queryKey, product),
    onSettled: () => {
      for (const name of ['products', 'listings', 'overview'])
        void client.invalidateQueries({ queryKey: [name] });
    },
  });
}
