import type { paths } from '../../shared/api/schema';
import { id, oneOf, place, text, type Place, type RawSearch } from '../../shared/lib/search';
import { statusesOf, type StatusOf } from '../../shared/ui/tones';

type CallStatus = NonNullable<NonNullable<paths['/calls']['get']['parameters']['query']>['status']>;
export const CALL_STATUSES = [
  'ok',
  'client_error',
  'server_error',
  'rate_limited',
  'failed',
] as const satisfies readonly CallStatus[];

/** What the calls page keeps in the URL; `id` is the call whose panel is open. */
export interface CallSearch extends Place {
  store?: string;
  status?: CallStatus;
  job?: string;
  q?: string;
  id?: string;
}

export interface JobSearch extends Place {
  store?: string;
  state?: StatusOf<'job'>;
}

const status = oneOf(CALL_STATUSES);
const state = oneOf(statusesOf('job'));

export const callSearch = (raw: RawSearch): CallSearch => ({
  store: id(raw.store),
  status: status(raw.status),
  job: id(raw.job),
  q: text(raw.q),
  id: id(raw.id),
  ...place(raw),
});

export const jobSearch = (raw: RawSearch): JobSearch => ({
  store: id(raw.store),
  state: state(raw.state),
  ...place(raw),
});
