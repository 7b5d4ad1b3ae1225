import { ActionIcon, Menu } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { IconCheck, IconColumns3 } from '../icons';
import type { Column } from './columns';
import type { TableView } from './useTableView';

interface ViewMenuProps<T> {
  columns: Column<T>[];
  view: TableView;
}

/** Which columns are shown and how high rows are. */
export function ViewMenu<T>({ columns, view }: ViewMenuProps<T>) {
  const { t } = useTranslation('common');
  const item = (key: string, label: string, checked: boolean, act: () => void) => (
    <Menu.Item
      key={key}
      role="menuitemcheckbox"
      aria-checked={checked}
      leftSection={<span className="b-tick">{checked && <IconCheck size={14} />}</span>}
      onClick={act}
    >
      {label}
    </Menu.Item>
  );
  return (
    <Menu closeOnItemClick={false} position="bottom-end" shadow="md">
      <Menu.Target>
        <ActionIcon variant="default" size={30} aria-label={t('table.view')}>
          <IconColumns3 size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('table.columns')}</Menu.Label>
        {columns.map((c) =>
          item(c.id, c.label, !view.hidden.includes(c.id), () => view.toggle(c.id)),
        )}
        <Menu.Divider />
        {item('dense', t('table.dense'), view.dense, () => view.setDense(!view.dense))}
      </Menu.Dropdown>
    </Menu>
  );
}
