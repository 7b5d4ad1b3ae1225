/** live.ts: what a live event makes old, and one Live for the whole app. */
import type { QueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, unwrap } from '../shared/api/client';
import { Live, type LiveEvent, type LiveState } from '../shared/api/live';
import { queryClient } from '../shared/api/query';

type Kind = LiveEvent['kind'];

/* The first word of a cache key is a resource; a new kind of event does not compile without its row. */
const MAKES_OLD: Record<Kind, readonly string[]> = {
  'order.new': ['orders', 'overview'],
  'order.changed': ['orders', 'overview'],
  'product.changed': ['products', 'overview'],
  'stock.changed': ['products', 'listings', 'overview'],
  'listing.changed': ['listings', 'overview', 'calls'],
  'store.changed': ['stores', 'overview'],
  'fault.opened': ['faults', 'overview'],
  'fault.closed': ['faults', 'overview'],
  'job.changed': ['jobs', 'calls', 'overview'],
};

const AGAIN_MS = 500;

/**
 * Asks again for what events made old, each resource at most twice a second and never while it is
 * being asked: a storm of events must not starve the answer that shows them.
 */
export class Refresher {
  private readonly due = new Set<string>();
  private timer = 0;

  constructor(private readonly client: QueryClient) {}

  add(events: LiveEvent[]) {
    this.due.add('events');
    for (const { kind } of events) for (const key of MAKES_OLD[kind] ?? []) this.due.add(key);
    if (!this.timer) this.flush();
  }

  stop() {
    window.clearTimeout(this.timer);
    this.timer = 0;
    this.due.clear();
  }

  private flush() {
    for (const key of this.due) {
      if (this.client.isFetching({ queryKey: [key] }) > 0) continue;
      this.due.delete(key);
      void this.client.invalidateQueries({ queryKey: [key] });
    }
    this.timer = window.setTimeout(() => {
      this.timer = 0;
      if (this.due.size > 0) this.flush();
    }, AGAIN_MS);
  }
}

const address = (ticket: string) =>
  `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/v1/live?ticket=${encodeURIComponent(ticket)}`;

export function useLive(onEvents: (events: LiveEvent[]) => void): LiveState {
  const [state, setState] = useState<LiveState>('connecting');
  useEffect(() => {
    const refresher = new Refresher(queryClient);
    const live = new Live({
      ticket: async () => (await unwrap(api.POST('/session/ticket'))).ticket,
      open: (ticket) => new WebSocket(address(ticket)),
      onEvents: (events) => {
        refresher.add(events);
        onEvents(events);
      },
      onReset: () =>
        void queryClient.invalidateQueries({
          predicate: (query) => query.queryKey[0] !== 'session',
        }),
      onState: setState,
    });
    live.start();
    return () => {
      live.stop();
      refresher.stop();
    };
  }, [onEvents]);
  return state;
}
