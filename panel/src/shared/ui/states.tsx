/** states.tsx: what a place shows instead of data: an error, nothing yet, nothing found, waiting. */
import { Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '../api/errors';
import { useErrorText } from '../lib/sentence';
import { CopyButton } from './CopyButton';
import { IconAlertTriangle, IconInbox, IconLock, IconPlugConnected, type Icon } from './icons';

interface StateProps {
  icon: Icon;
  title: string;
  hint?: ReactNode;
  action?: ReactNode;
  role?: 'alert' | 'status';
}

const State = ({ icon: Sign, title, hint, action, role }: StateProps) => (
  <Stack align="center" gap={6} className="b-state" role={role}>
    <Sign size={32} stroke={1.3} aria-hidden />
    <Text fw={600} ta="center">
      {title}
    </Text>
    {hint && (
      <Text c="dimmed" ta="center" maw={520} component="div">
        {hint}
      </Text>
    )}
    {action && (
      <Group gap="xs" mt={6} justify="center">
        {action}
      </Group>
    )}
  </Stack>
);

export const EmptyState = (props: Omit<StateProps, 'icon' | 'role'> & { icon?: Icon }) => (
  <State icon={IconInbox} {...props} />
);

interface ErrorPanelProps {
  error: unknown;
  onRetry?: () => void;
  /** What could not be done; without it something could not be read. */
  title?: string;
}

export function ErrorPanel({ error, onRetry, title }: ErrorPanelProps) {
  const { t } = useTranslation('common');
  const text = useErrorText();
  const api = isApiError(error) ? error : undefined;
  const forbidden = api?.kind === 'forbidden';
  const away = api?.kind === 'offline' || api?.kind === 'unavailable';
  return (
    <State
      role="alert"
      icon={forbidden ? IconLock : away ? IconPlugConnected : IconAlertTriangle}
      title={
        title ?? (forbidden ? t('error.forbidden') : away ? t('error.offline') : t('error.title'))
      }
      hint={forbidden ? t('error.forbiddenHint') : text(error)}
      action={
        <>
          {onRetry && !forbidden && (
            <Button size="xs" variant="default" onClick={onRetry}>
              {t('action.retry')}
            </Button>
          )}
          {api?.requestId && (
            <CopyButton value={api.requestId} label={t('error.requestId')} shown />
          )}
        </>
      }
    />
  );
}

/** Shape of what comes, after a moment: a quick answer shows no flicker. */
export function Waiting({ lines = 6 }: { lines?: number }) {
  const { t } = useTranslation('common');
  const [late] = useDebouncedValue(true, 150);
  return (
    <Stack gap="sm" p="md" role="status" aria-label={t('state.loading')}>
      {late &&
        Array.from({ length: lines }, (_, i) => (
          <Skeleton key={i} height={12} width={`${95 - ((i * 23) % 45)}%`} />
        ))}
    </Stack>
  );
}

/** A query's data, or what stands for it; old data stays while it is asked again. */
export function Loaded<T>({
  query,
  lines,
  children,
}: {
  query: UseQueryResult<T>;
  lines?: number;
  children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  if (query.isError) return <ErrorPanel error={query.error} onRetry={() => void query.refetch()} />;
  return <Waiting lines={lines} />;
}
