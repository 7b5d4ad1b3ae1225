import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../../shared/api/session';
import type { S } from '../../../shared/api/types';
import { useErrorText } from '../../../shared/lib/sentence';
import { notify } from '../../../shared/ui';
import { useRetryJob } from '../api';

/** A dead job, or one that waits for its next try, runs now. */
export function RetryJob({ job }: { job: S['Job'] }) {
  const { t } = useTranslation('apilog');
  const may = useMay();
  const errorText = useErrorText();
  const retry = useRetryJob();
  const waitsAfterError = job.state === 'waiting' && job.reason !== null;
  if (!may('retry_jobs') || !(job.state === 'dead' || waitsAfterError)) return null;
  return (
    <Button
      size="compact-sm"
      variant="default"
      loading={retry.isPending}
      onClick={() =>
        retry.mutate(job.id, {
          onSuccess: () => notify({ level: 'success', message: t('retried') }),
          onError: (error) => notify({ level: 'error', message: errorText(error) }),
        })
      }
    >
      {t('retry')}
    </Button>
  );
}
