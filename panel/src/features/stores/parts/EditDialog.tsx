import { Button, Group, Modal, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { marketplacesQuery } from '../../../shared/api/stores';
import type { S } from '../../../shared/api/types';
import { ErrorPanel, Loaded, notify } from '../../../shared/ui';
import { useStoreChange } from '../api';
import {
  emptyValues,
  isAtField,
  isFilled,
  settingsOf,
  StoreFields,
  type StoreValues,
} from './StoreFields';

interface EditDialogProps {
  detail: S['StoreDetail'];
  onClose: () => void;
}

export function EditDialog({ detail, onClose }: EditDialogProps) {
  const { t } = useTranslation('stores');
  const marketplaces = useQuery(marketplacesQuery);
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('edit.title')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <Loaded query={marketplaces}>
        {({ items }) => {
          const marketplace = items.find(({ key }) => key === detail.store.marketplace);
          return marketplace ? (
            <Form detail={detail} marketplace={marketplace} onClose={onClose} />
          ) : (
            <p>{t('edit.noConnector')}</p>
          );
        }}
      </Loaded>
    </Modal>
  );
}

function Form({
  detail,
  marketplace,
  onClose,
}: EditDialogProps & { marketplace: S['Marketplace'] }) {
  const { t } = useTranslation('stores');
  const [values, setValues] = useState<StoreValues>(() => {
    const empty = emptyValues(marketplace, detail.store);
    return { ...empty, settings: { ...empty.settings, ...detail.settings } };
  });
  const [shown, setShown] = useState(false);
  const change = useStoreChange(detail.store.id);
  const save = () => {
    setShown(true);
    if (!isFilled(marketplace, values, true)) return;
    change.mutate(
      {
        name: values.name.trim(),
        base_url: values.baseUrl.trim(),
        test_mode: values.testMode,
        settings: settingsOf(values),
      },
      {
        onSuccess: () => {
          notify({ level: 'success', message: t('edit.saved') });
          onClose();
        },
      },
    );
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
      noValidate
    >
      <Stack gap="sm">
        <StoreFields
          marketplace={marketplace}
          values={values}
          onChange={setValues}
          showMissing={shown}
          error={change.error}
          known
        />
        {change.isError && !isAtField(marketplace, change.error) && (
          <ErrorPanel error={change.error} title={t('edit.failed')} />
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('action.cancel')}
          </Button>
          <Button type="submit" loading={change.isPending}>
            {t('edit.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
