import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from './client';
import type { S } from './types';

const FOLLOW_MS = 700;
export const isOver = (job: S['Job']) => job.state === 'done' || job.state === 'dead';

/** A job that a person waits for: asked again until it is over, sooner when the live feed says so. */
export const jobQuery = (id: string) =>
  queryOptions({
    queryKey: ['jobs', 'one', id],
    queryFn: ({ signal }) => unwrap(api.GET('/jobs/{id}', { params: { path: { id } }, signal })),
    refetchInterval: (query) => (query.state.data && isOver(query.state.data) ? false : FOLLOW_MS),
    staleTime: 0,
  });
