import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { S } from '../../../shared/api/types';
import { Loaded, Notice } from '../../../shared/ui';
import { IconCircleCheck } from '../../../shared/ui/icons';
import { storeQuery } from '../api';
import { Schedules } from './Schedules';

const WATCH_MS = 2_000;

/** The first sync, as it runs. */
export function DoneStep({ store }: { store: S['Store'] }) {
  const { t } = useTranslation('stores');
  const detail = useQuery({ ...storeQuery(store.id), refetchInterval: WATCH_MS });
  return (
    <Stack gap="md">
      <Group gap="xs">
        <IconCircleCheck size={24} color="var(--b-ok)" aria-hidden />
        <Title order={2}>{t('wizard.connected', { store: store.name })}</Title>
      </Group>
      <Text>{t('wizard.firstSync')}</Text>
      <Notice tone="info" title={t('wizard.effectNowTitle')}>
        {t('wizard.effectNow')}
      </Notice>
      <Loaded query={detail} lines={3}>
        {({ schedules }) => <Schedules schedules={schedules} storeId={store.id} />}
      </Loaded>
      <Group gap="xs">
        <Button
          renderRoot={(props) => <Link to="/stores/$id" params={{ id: store.id }} {...props} />}
        >
          {t('wizard.toStore')}
        </Button>
        <Button
          variant="default"
          renderRoot={(props) => <Link to="/listings" search={{ store: store.id }} {...props} />}
        >
          {t('wizard.toListings')}
        </Button>
      </Group>
    </Stack>
  );
}
