import { Button, Drawer, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { IconFilter } from './icons';
import { usePhone } from './usePhone';

interface FilterBarProps {
  search?: ReactNode;
  /** Views as tabs: stay visible on a phone. */
  views?: ReactNode;
  filters: ReactNode;
  /** How many filters are set: told on the button of a phone. */
  active: number;
  onClear: () => void;
  end?: ReactNode;
}

/** Search and filters in one row; on a phone the filters stand behind one button. */
export function FilterBar({ search, views, filters, active, onClear, end }: FilterBarProps) {
  const { t } = useTranslation('common');
  const phone = usePhone();
  const [opened, panel] = useDisclosure();
  if (!phone)
    return (
      <div className="b-filters" role="search">
        {views}
        {search}
        {filters}
        {active > 0 && (
          <Button size="compact-sm" variant="subtle" color="gray" onClick={onClear}>
            {t('action.clearFilters')}
          </Button>
        )}
        <div className="b-filters-end">{end}</div>
      </div>
    );
  return (
    <div className="b-filters" role="search">
      {views && <div className="b-filters-views">{views}</div>}
      {search}
      <Button
        size="sm"
        variant="default"
        leftSection={<IconFilter size={16} aria-hidden />}
        onClick={panel.open}
      >
        {active > 0 ? t('filter.count', { count: active }) : t('filter.title')}
      </Button>
      <Drawer
        opened={opened}
        onClose={panel.close}
        position="bottom"
        size="auto"
        title={t('filter.title')}
        closeButtonProps={{ 'aria-label': t('action.close') }}
      >
        <Stack gap="sm" className="b-filters-sheet">
          {filters}
          <Button variant="default" onClick={onClear} disabled={active === 0}>
            {t('action.clearFilters')}
          </Button>
          <Button onClick={panel.close}>{t('filter.show')}</Button>
        </Stack>
      </Drawer>
    </div>
  );
}
