import { useState } from 'react';
import type { Column } from './columns';

/** How one person wants one table: which columns, how high the rows. Kept in this browser. */
export interface TableView {
  hidden: string[];
  dense: boolean;
  toggle: (column: string) => void;
  setDense: (dense: boolean) => void;
}

interface Kept {
  hidden: string[];
  dense: boolean;
}

function read(name: string, fallback: Kept): Kept {
  try {
    const kept = JSON.parse(localStorage.getItem(name) ?? 'null') as Partial<Kept> | null;
    return {
      hidden: Array.isArray(kept?.hidden) ? kept.hidden.map(String) : fallback.hidden,
      dense: typeof kept?.dense === 'boolean' ? kept.dense : fallback.dense,
    };
  } catch {
    return fallback;
  }
}

export function useTableView<T>(table: string, columns: Column<T>[]): TableView {
  const name = `table.${table}`;
  const [kept, setKept] = useState(() =>
    read(name, { hidden: columns.filter((c) => c.spare).map((c) => c.id), dense: true }),
  );
  const keep = (next: Kept) => {
    localStorage.setItem(name, JSON.stringify(next));
    setKept(next);
  };
  return {
    ...kept,
    setDense: (dense) => keep({ ...kept, dense }),
    toggle: (column) =>
      keep({
        ...kept,
        hidden: kept.hidden.includes(column)
          ? kept.hidden.filter((id) => id !== column)
          : [...kept.hidden, column],
      }),
  };
}
