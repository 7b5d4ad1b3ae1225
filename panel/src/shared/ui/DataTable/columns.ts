import {
  columnSizingFeature,
  columnVisibilityFeature,
  tableFeatures,
  type ColumnDef,
} from '@tanstack/react-table';
import type { ReactNode } from 'react';

export const features = tableFeatures({ columnVisibilityFeature, columnSizingFeature });
export type Definition<T extends object> = ColumnDef<typeof features, T>;

/** A column as pages write it. */
export interface Column<T> {
  id: string;
  label: string;
  size: number;
  /** Numbers stand right and have equal digits. */
  num?: boolean;
  /** Not shown until a person asks for it. */
  spare?: boolean;
  cell: (row: T) => ReactNode;
}

export const definitionsOf = <T extends object>(columns: Column<T>[]): Definition<T>[] =>
  columns.map(({ id, size, cell }) => ({ id, size, cell: ({ row }) => cell(row.original) }));
