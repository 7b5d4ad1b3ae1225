import { Button } from '@mantine/core';
import { useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { EmptyState, ErrorPanel, Waiting } from '../shared/ui/states';

export const RouteWaiting = () => <Waiting lines={8} />;

export function RouteError({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const again = () => {
    reset();
    void router.invalidate();
  };
  return <ErrorPanel error={error} onRetry={again} />;
}

export function LostPage() {
  const { t } = useTranslation('app');
  const router = useRouter();
  return (
    <EmptyState
      title={t('lost.title')}
      hint={t('lost.hint')}
      action={<Button onClick={() => void router.navigate({ to: '/' })}>{t('lost.home')}</Button>}
    />
  );
}
