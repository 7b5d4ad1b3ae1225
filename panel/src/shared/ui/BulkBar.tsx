import { Button, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface BulkBarProps {
  count: number;
  onClear: () => void;
  children: ReactNode;
}

/** What can be done with the chosen rows; stands above the pager while there are any. */
export function BulkBar({ count, onClear, children }: BulkBarProps) {
  const { t } = useTranslation('common');
  if (count === 0) return null;
  return (
    <div className="b-bulk" role="region" aria-label={t('table.selected', { count })}>
      <Text fw={600} fz="sm" aria-live="polite">
        {t('table.selected', { count })}
      </Text>
      <Button size="compact-sm" variant="subtle" color="gray" onClick={onClear}>
        {t('table.clear')}
      </Button>
      <Group gap={6} ml="auto">
        {children}
      </Group>
    </div>
  );
}
