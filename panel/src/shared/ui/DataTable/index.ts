export type { Column } from './columns';
export { DataTable } from './DataTable';
export { useTableView } from './useTableView';
export { ViewMenu } from './ViewMenu';
