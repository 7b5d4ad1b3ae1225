import { useCallback, useMemo, useState } from 'react';

export interface Selection<T> {
  rows: T[];
  has: (id: string) => boolean;
  /** `to` is the row a range ends at, with Shift. */
  set: (rows: T[], on: boolean) => void;
  clear: () => void;
}

/** Chosen rows by id, whole: they survive paging and filtering. */
export function useSelection<T extends { id: string }>(): Selection<T> {
  const [chosen, setChosen] = useState<ReadonlyMap<string, T>>(new Map());
  const set = useCallback(
    (rows: T[], on: boolean) =>
      setChosen((old) => {
        const next = new Map(old);
        for (const row of rows) {
          if (on) next.set(row.id, row);
          else next.delete(row.id);
        }
        return next;
      }),
    [],
  );
  const clear = useCallback(() => setChosen(new Map()), []);
  return useMemo(
    () => ({ rows: [...chosen.values()], has: (id) => chosen.has(id), set, clear }),
    [chosen, set, clear],
  );
}
