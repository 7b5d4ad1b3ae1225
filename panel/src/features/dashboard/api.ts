import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../../shared/api/client';

/* "Today" is the reader's: the API is told where it starts. */
export const startOfToday = (now = new Date()) =>
  new Date(now.getFullYear(), now.getMonth(), now.getDate()).toISOString();

export const overviewQuery = (since: string) =>
  queryOptions({
    queryKey: ['overview', since],
    queryFn: ({ signal }) => unwrap(api.GET('/overview', { params: { query: { since } }, signal })),
    placeholderData: keepPreviousData,
  });

// More than are shown: most events tell a person nothing.
const FEED = 100;
export const eventsQuery = queryOptions({
  queryKey: ['events', 'newest'],
  queryFn: ({ signal }) =>
    unwrap(api.GET('/events', { params: { query: { limit: FEED } }, signal })),
});

/** A payload that could not be understood is read once more. */
export const readPayloadAgain = (id: string) =>
  unwrap(api.POST('/orders/raw/{id}/retry', { params: { path: { id } } }));

/** A person has seen to it; should it show again, a new one is opened. */
export const closeFault = (id: string) =>
  unwrap(api.POST('/faults/{id}/close', { params: { path: { id } } }));

/* The overview holds at most this many open faults; whether there are more, only their list says. */
export const FAULTS_SHOWN = 20;
export const moreFaultsQuery = queryOptions({
  queryKey: ['faults', 'more'],
  queryFn: async ({ signal }) => {
    const query = { limit: FAULTS_SHOWN };
    return (await unwrap(api.GET('/faults', { params: { query }, signal }))).next !== null;
  },
});
