import { Button, Group, Modal, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { S } from '../../../shared/api/types';

interface PauseDialogProps {
  store: S['Store'];
  busy: boolean;
  onClose: () => void;
  onPause: () => void;
}

/** Says what pausing stops before it is done; the way out has the focus. */
export function PauseDialog({ store, busy, onClose, onPause }: PauseDialogProps) {
  const { t } = useTranslation('stores');
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('pause.title', { store: store.name })}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <Text>{t('pause.effect')}</Text>
      <Group justify="flex-end" gap="xs" mt="md">
        <Button variant="default" onClick={onClose} data-autofocus>
          {t('action.cancel')}
        </Button>
        <Button color="red.8" onClick={onPause} loading={busy}>
          {t('action.pause')}
        </Button>
      </Group>
    </Modal>
  );
}
