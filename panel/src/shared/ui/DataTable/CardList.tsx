import { Checkbox } from '@mantine/core';
import { Waiting } from '../states';
import type { DataTableProps } from './DataTable';

/** The same rows on a phone: cards, with the same selection. */
export function CardList<T extends { id: string }>(props: DataTableProps<T>) {
  const { rows, selection, onOpen } = props;
  if (!rows) return <Waiting />;
  if (rows.length === 0) return props.empty;
  return (
    <ul className="b-cards" aria-label={props.label} aria-busy={props.fetching}>
      {rows.map((row) => (
        <li key={row.id} data-selected={selection?.has(row.id) || undefined}>
          {selection && (
            <Checkbox
              className="b-cards-check"
              aria-label={props.rowLabel(row)}
              checked={selection.has(row.id)}
              onChange={(event) => selection.set([row], event.currentTarget.checked)}
            />
          )}
          <div
            className="b-cards-body"
            onClick={(event) => {
              if (!(event.target as HTMLElement).closest('a, button')) onOpen?.(row);
            }}
          >
            {props.card(row)}
          </div>
        </li>
      ))}
    </ul>
  );
}
