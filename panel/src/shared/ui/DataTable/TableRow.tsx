import { FlexRender, type Row } from '@tanstack/react-table';
import { memo, type MouseEvent, type ReactNode } from 'react';
import type { features } from './columns';

export interface RowProps<T extends object> {
  row: Row<typeof features, T>;
  index: number;
  selected: boolean | undefined;
  active: boolean;
  label: string;
  nums: ReadonlySet<string>;
  /** Visible columns and language: what makes an unchanged row draw again. */
  look: string;
  onToggle: (row: T, event: MouseEvent<HTMLInputElement>) => void;
  onOpen: ((row: T) => void) | undefined;
}

const noop = () => {};

/* A click on a link, a button or a field inside the row is theirs, and so is choosing text. */
const isRowClick = (event: MouseEvent) =>
  !(event.target as HTMLElement).closest('a, button, input, [role="menuitem"]') &&
  !window.getSelection()?.toString();

function PlainRow<T extends object>(props: RowProps<T>) {
  const { row, onOpen } = props;
  return (
    <tr
      aria-rowindex={props.index}
      aria-selected={props.selected}
      data-active={props.active || undefined}
      data-opens={onOpen ? true : undefined}
      onClick={onOpen && ((event) => isRowClick(event) && onOpen(row.original))}
    >
      {props.selected !== undefined && (
        <td className="pin">
          <input
            type="checkbox"
            className="t-check"
            aria-label={props.label}
            checked={props.selected}
            onClick={(event) => props.onToggle(row.original, event)}
            onChange={noop}
          />
        </td>
      )}
      {row.getVisibleCells().map((cell) => (
        <td key={cell.id} className={props.nums.has(cell.column.id) ? 'b-num' : undefined}>
          <FlexRender cell={cell} />
        </td>
      ))}
    </tr>
  );
}

/** Memoised: while scrolling only the rows that enter the window render. */
export const TableRow = memo(PlainRow) as <T extends object>(props: RowProps<T>) => ReactNode;
