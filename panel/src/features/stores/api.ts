import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '../../shared/api/client';
import type { paths } from '../../shared/api/schema';
import type { S } from '../../shared/api/types';

export type StorePatch =
  paths['/stores/{id}']['patch']['requestBody']['content']['application/json'];
export type Purpose = S['Schedule']['purpose'];

export const storeQuery = (id: string) =>
  queryOptions({
    queryKey: ['stores', 'one', id],
    queryFn: ({ signal }) => unwrap(api.GET('/stores/{id}', { params: { path: { id } }, signal })),
  });

const at = (id: string) => ({ params: { path: { id } } });

export function useCreateStore() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ key, body }: { key: string; body: S['StoreInput'] }) =>
      unwrap(api.POST('/stores', { body, params: { header: { 'Idempotency-Key': key } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['stores'] }),
  });
}

/** All changes of one store: each reply is the store as it is now. */
export function useStoreChange(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: 'pause' | 'resume' | StorePatch) => {
      if (change === 'pause') return unwrap(api.POST('/stores/{id}/pause', at(id)));
      if (change === 'resume') return unwrap(api.POST('/stores/{id}/resume', at(id)));
      return unwrap(api.PATCH('/stores/{id}', { ...at(id), body: change }));
    },
    onSuccess: (detail) => client.setQueryData(storeQuery(id).queryKey, detail),
    onSettled: () => {
      for (const key of ['stores', 'overview']) void client.invalidateQueries({ queryKey: [key] });
    },
  });
}

export const useCheckStore = () =>
  useMutation({ mutationFn: (id: string) => unwrap(api.POST('/stores/{id}/check', at(id))) });

export function useRunSchedule(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (purpose: Purpose) =>
      unwrap(
        api.POST('/stores/{id}/schedules/{purpose}/run', { params: { path: { id, purpose } } }),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: ['stores', 'one', id] }),
  });
}
