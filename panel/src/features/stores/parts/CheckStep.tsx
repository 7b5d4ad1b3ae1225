import { Button, Group, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { isOver, jobQuery } from '../../../shared/api/jobs';
import type { S } from '../../../shared/api/types';
import { ErrorPanel } from '../../../shared/ui';
import { CheckResult, checkPassed } from './CheckResult';

interface CheckStepProps {
  store: S['Store'];
  job: S['Job'];
  onMend: () => void;
  onNext: () => void;
}

export function CheckStep({ store, job: started, onMend, onNext }: CheckStepProps) {
  const { t } = useTranslation('stores');
  const job = useQuery({ ...jobQuery(started.id), placeholderData: started });
  const passed = checkPassed(job.data);
  const failed = job.data !== undefined && (isOver(job.data) ? !passed : job.data.reason !== null);
  return (
    <Stack className="b-form" gap="md">
      <p>{t('check.intro', { store: store.name })}</p>
      {job.isError ? (
        <ErrorPanel error={job.error} onRetry={() => void job.refetch()} />
      ) : (
        <CheckResult job={job.data} />
      )}
      <Group gap="xs">
        {failed && <Button onClick={onMend}>{t('check.mend')}</Button>}
        <Button variant={passed ? 'filled' : 'default'} onClick={onNext} disabled={!passed}>
          {t('wizard.next')}
        </Button>
      </Group>
    </Stack>
  );
}
