import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '../../shared/api/client';
import { limitOf } from '../../shared/lib/search';
import type { CallSearch, JobSearch } from './search';

export const callsQuery = ({ store, status, job, q, ...at }: CallSearch) => {
  const query = { store, status, job, q, cursor: at.cursor, limit: limitOf(at) };
  return queryOptions({
    queryKey: ['calls', 'list', query],
    queryFn: ({ signal }) => unwrap(api.GET('/calls', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
};

/** A call never changes once it is kept. */
export const callQuery = (id: string) =>
  queryOptions({
    queryKey: ['call', id],
    queryFn: ({ signal }) => unwrap(api.GET('/calls/{id}', { params: { path: { id } }, signal })),
    staleTime: Infinity,
  });

export const jobsQuery = ({ store, state, ...at }: JobSearch) => {
  const query = { store, state, cursor: at.cursor, limit: limitOf(at) };
  return queryOptions({
    queryKey: ['jobs', 'list', query],
    queryFn: ({ signal }) => unwrap(api.GET('/jobs', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
};

export function useRetryJob() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => unwrap(api.POST('/jobs/{id}/retry', { params: { path: { id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: ['jobs'] }),
  });
}
