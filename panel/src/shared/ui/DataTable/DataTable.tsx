import { Skeleton } from '@mantine/core';
import { useTable } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useMemo, useRef, type MouseEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { usePhone } from '../usePhone';
import type { Selection } from '../useSelection';
import { CardList } from './CardList';
import { definitionsOf, features, type Column } from './columns';
import { TableRow } from './TableRow';
import { useRowKeys } from './useRowKeys';
import type { TableView } from './useTableView';

export interface DataTableProps<T extends { id: string }> {
  label: string;
  columns: Column<T>[];
  /** undefined: not here yet. */
  rows: T[] | undefined;
  view: TableView;
  /** Asked again: old rows stay, a bar moves. */
  fetching: boolean;
  /** Rows before the first: of earlier pages. */
  before: number;
  /** All there are, when known exactly. */
  total?: number;
  rowLabel: (row: T) => string;
  selection?: Selection<T>;
  onOpen?: (row: T) => void;
  openId?: string;
  card: (row: T) => ReactNode;
  empty: ReactNode;
}

const ROW = { dense: 36, normal: 46 };
const CHECK_WIDTH = 40;
const SKELETON_ROWS = 14;

/**
 * A server's page of rows: a real <table> with virtual rows (spacer rows keep it one), cards on a
 * phone. j and k move, x selects, Enter opens.
 */
export function DataTable<T extends { id: string }>(props: DataTableProps<T>) {
  const phone = usePhone();
  return phone ? <CardList {...props} /> : <WideTable {...props} />;
}

function useToggle<T extends { id: string }>(rows: T[], selection: Selection<T> | undefined) {
  const last = useRef<string | null>(null);
  const latest = useRef({ rows, selection });
  useEffect(() => {
    latest.current = { rows, selection };
  });
  return useCallback((row: T, event: { shiftKey: boolean }) => {
    const now = latest.current;
    if (!now.selection) return;
    const on = !now.selection.has(row.id);
    const to = now.rows.findIndex((r) => r.id === row.id);
    const from = event.shiftKey ? now.rows.findIndex((r) => r.id === last.current) : -1;
    const range = from < 0 ? [row] : now.rows.slice(Math.min(from, to), Math.max(from, to) + 1);
    now.selection.set(range, on);
    last.current = row.id;
  }, []);
}

const NONE: never[] = [];

function WideTable<T extends { id: string }>(props: DataTableProps<T>) {
  'use no memo';
  const { columns, view, selection } = props;
  const { i18n } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const rows = props.rows ?? (NONE as T[]);
  const definitions = useMemo(() => definitionsOf(columns), [columns]);
  const visibility = useMemo(
    () => Object.fromEntries(view.hidden.map((id) => [id, false])),
    [view.hidden],
  );
  const table = useTable({
    features,
    columns: definitions,
    data: rows,
    getRowId: (row: T) => row.id,
    state: { columnVisibility: visibility },
  });
  const list = table.getRowModel().rows;
  const shown = table.getVisibleLeafColumns();
  const height = view.dense ? ROW.dense : ROW.normal;
  // Its functions change with every scroll; 'use no memo' above says so to the compiler's rules.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtual = useVirtualizer({
    count: list.length,
    getScrollElement: () => box.current,
    estimateSize: () => height,
    overscan: 8,
    getItemKey: (i) => list[i]!.id,
  });
  const items = virtual.getVirtualItems();
  const above = items[0]?.start ?? 0;
  const below = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  const byId = useMemo(() => new Map(columns.map((c) => [c.id, c])), [columns]);
  const nums = useMemo(() => new Set(columns.filter((c) => c.num).map((c) => c.id)), [columns]);
  const look = `${shown.map((c) => c.id).join()}|${i18n.language}`;
  const onToggle = useToggle(rows, selection) as (
    row: T,
    event: MouseEvent<HTMLInputElement>,
  ) => void;
  const active = useRowKeys({
    rows,
    onOpen: props.onOpen,
    onToggle: (row) => onToggle(row, { shiftKey: false } as MouseEvent<HTMLInputElement>),
    onMove: (index) => virtual.scrollToIndex(index),
  });
  const span = shown.length + (selection ? 1 : 0);
  const width = shown.reduce((sum, c) => sum + c.getSize(), selection ? CHECK_WIDTH : 0);

  return (
    <div
      ref={box}
      className="t-scroll"
      style={{ ['--row-h' as string]: `${height}px` }}
      tabIndex={0}
      role="region"
      aria-label={props.label}
      aria-busy={props.fetching}
    >
      {props.fetching && <div className="t-loading" />}
      <table className="t" aria-rowcount={(props.total ?? -2) + 1} style={{ minWidth: width }}>
        <colgroup>
          {selection && <col style={{ width: CHECK_WIDTH }} />}
          {shown.map((c) => (
            <col key={c.id} style={{ width: c.getSize() }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {selection && <SelectAll rows={rows} selection={selection} />}
            {shown.map((c) => (
              <th key={c.id} scope="col" className={nums.has(c.id) ? 'b-num' : undefined}>
                {byId.get(c.id)?.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {!props.rows && <SkeletonRows columns={shown.map((c) => c.id)} pinned={!!selection} />}
          {above > 0 && <Spacer height={above} span={span} />}
          {items.map((item) => {
            const row = list[item.index]!;
            return (
              <TableRow
                key={row.id}
                row={row}
                index={props.before + item.index + 2}
                selected={selection?.has(row.id)}
                active={row.id === active || row.id === props.openId}
                label={props.rowLabel(row.original)}
                nums={nums}
                look={look}
                onToggle={onToggle}
                onOpen={props.onOpen}
              />
            );
          })}
          {below > 0 && <Spacer height={below} span={span} />}
        </tbody>
      </table>
      {props.rows?.length === 0 && props.empty}
    </div>
  );
}

const Spacer = ({ height, span }: { height: number; span: number }) => (
  <tr aria-hidden>
    <td className="t-spacer" style={{ height }} colSpan={span} />
  </tr>
);

const SkeletonRows = ({ columns, pinned }: { columns: string[]; pinned: boolean }) =>
  Array.from({ length: SKELETON_ROWS }, (_, i) => (
    <tr key={i} aria-hidden>
      {pinned && <td className="pin" />}
      {columns.map((id) => (
        <td key={id}>
          <Skeleton height={10} width={`${40 + ((i * 37 + id.length * 13) % 50)}%`} />
        </td>
      ))}
    </tr>
  ));

function SelectAll<T extends { id: string }>({
  rows,
  selection,
}: {
  rows: T[];
  selection: Selection<T>;
}) {
  const { t } = useTranslation('common');
  const count = rows.filter((row) => selection.has(row.id)).length;
  const all = rows.length > 0 && count === rows.length;
  return (
    <th className="pin" scope="col">
      <input
        type="checkbox"
        className="t-check"
        aria-label={t('table.selectPage')}
        checked={all}
        ref={(element) => {
          if (element) element.indeterminate = count > 0 && !all;
        }}
        onChange={() => selection.set(rows, !all)}
      />
    </th>
  );
}
