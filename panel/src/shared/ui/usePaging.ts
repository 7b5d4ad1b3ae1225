import { limitOf, PAGE_SIZE, type Place } from '../lib/search';

export interface Paging {
  limit: number;
  before: number;
  next: string | null;
  canGoBack: boolean;
  forward: () => void;
  back: () => void;
  setLimit: (limit: string) => void;
}

// Which page came before a cursor: the API pages forward only, and the way back is known only to whoever
// went there. A cursor taken from a bookmark goes back to the first page.
const cameFrom = new Map<string, Place>();

export function usePaging(
  at: Place,
  page: { next: string | null; items: unknown[] } | undefined,
  go: (place: Place) => void,
): Paging {
  const next = page?.next ?? null;
  const before = Number(at.from ?? 0);
  const limit = limitOf(at);
  return {
    limit,
    before,
    next,
    canGoBack: at.cursor !== undefined,
    forward: () => {
      if (!next || !page) return;
      cameFrom.set(next, { cursor: at.cursor, from: at.from });
      go({ cursor: next, from: String(before + page.items.length), limit: at.limit });
    },
    back: () => go({ ...(at.cursor ? cameFrom.get(at.cursor) : undefined), limit: at.limit }),
    setLimit: (size) =>
      go({ limit: size === String(PAGE_SIZE) ? undefined : (size as Place['limit']) }),
  };
}
