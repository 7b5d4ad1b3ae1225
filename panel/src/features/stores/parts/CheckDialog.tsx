import { Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { S } from '../../../shared/api/types';
import { CheckResult } from './CheckResult';

export function CheckDialog({ job, onClose }: { job: S['Job'] | undefined; onClose: () => void }) {
  const { t } = useTranslation('stores');
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('check.title')}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <CheckResult job={job} />
    </Modal>
  );
}
