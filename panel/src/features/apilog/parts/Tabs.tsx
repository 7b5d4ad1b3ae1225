import { SegmentedControl } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

/** Requests and jobs are two sides of one matter. */
export function Tabs({ at }: { at: 'calls' | 'jobs' }) {
  const { t } = useTranslation('apilog');
  const navigate = useNavigate();
  return (
    <SegmentedControl
      size="xs"
      aria-label={t('tabs.label')}
      value={at}
      onChange={(to) => void navigate({ to: to === 'calls' ? '/calls' : '/jobs' })}
      data={[
        { value: 'calls', label: t('tabs.calls') },
        { value: 'jobs', label: t('tabs.jobs') },
      ]}
    />
  );
}
