import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '../api/client';
import type { paths } from '../api/schema';

type Edit = paths['/stock/edits']['post'];
export type StockEditInput = Edit['requestBody']['content']['application/json'];
export type StockEditReply = Edit['responses'][200]['content']['application/json'];

export const STOCK_EDIT_MOST = 500;

/** A dry run changes nothing; a real one makes old whatever shows stock. */
export function useStockEdit() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ key, body }: { key: string; body: StockEditInput }) =>
      unwrap(
        api.POST('/stock/edits', {
          body,
          params: { header: { 'Idempotency-Key': key } },
        }),
      ),
    onSuccess: (reply) => {
      if (reply.dry_run) return;
      for (const key of ['products', 'listings', 'overview', 'ledger'])
        void client.invalidateQueries({ queryKey: [key] });
    },
  });
}
