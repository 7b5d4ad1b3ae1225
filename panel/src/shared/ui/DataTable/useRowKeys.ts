import { useState } from 'react';
import { useLetters } from '../../lib/keys';

interface RowKeys<T> {
  rows: T[];
  onOpen: ((row: T) => void) | undefined;
  onToggle: (row: T) => void;
  onMove: (index: number) => void;
}

/** j and k go down and up, x selects, Enter opens: the id of the row one stands on. */
export function useRowKeys<T extends { id: string }>({
  rows,
  onOpen,
  onToggle,
  onMove,
}: RowKeys<T>): string | undefined {
  const [active, setActive] = useState<string>();
  useLetters((key, event) => {
    const at = rows.findIndex((row) => row.id === active);
    const move = (to: number) => {
      const row = rows[Math.max(0, Math.min(rows.length - 1, to))];
      if (!row) return false;
      setActive(row.id);
      onMove(rows.indexOf(row));
      return true;
    };
    const row = rows[at];
    if (key === 'j') return move(at + 1);
    if (key === 'k') return move(at < 0 ? 0 : at - 1);
    if (!row) return false;
    if (key === 'x') return (onToggle(row), true);
    // Enter on a link or a button is theirs.
    if (
      key === 'Enter' &&
      onOpen &&
      !(event.target as HTMLElement).closest('a, button, [tabindex="-1"]')
    )
      return (onOpen(row), true);
    return false;
  });
  return active;
}
