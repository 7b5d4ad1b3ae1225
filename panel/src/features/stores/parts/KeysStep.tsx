import { Button, Group, Stack } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useWriteKey } from '../../../shared/api/useWriteKey';
import type { S } from '../../../shared/api/types';
import { ErrorPanel, Notice } from '../../../shared/ui';
import { useCheckStore, useCreateStore, useStoreChange } from '../api';
import {
  emptyValues,
  isAtField,
  isFilled,
  settingsOf,
  StoreFields,
  type StoreValues,
} from './StoreFields';

interface KeysStepProps {
  marketplace: S['Marketplace'];
  /** Made before: its keys are mended, it is not made again. */
  store: S['Store'] | undefined;
  onBack: () => void;
  onSaved: (store: S['Store'], job: S['Job']) => void;
}

export function KeysStep({ marketplace, store, onBack, onSaved }: KeysStepProps) {
  const { t } = useTranslation('stores');
  const [values, setValues] = useState<StoreValues>(() => emptyValues(marketplace, store));
  const [shown, setShown] = useState(false);
  // A lost reply makes no second store.
  const key = useWriteKey();
  const create = useCreateStore();
  const change = useStoreChange(store?.id ?? '');
  const check = useCheckStore();
  const error = create.error ?? change.error ?? check.error;
  const busy = create.isPending || change.isPending || check.isPending;

  const save = async () => {
    setShown(true);
    if (!isFilled(marketplace, values, store !== undefined)) return;
    const common = {
      name: values.name.trim(),
      base_url: values.baseUrl.trim() || undefined,
      test_mode: values.testMode,
      settings: settingsOf(values),
    };
    try {
      if (store) {
        const changed = await change.mutateAsync(common);
        const { job } = await check.mutateAsync(store.id);
        onSaved(changed.store, job);
      } else {
        const body = { marketplace: marketplace.key, ...common };
        const made = await create.mutateAsync(
          { key: key.of(body), body },
          { onSettled: key.settled },
        );
        onSaved(made.store, made.check_job);
      }
    } catch {
      // Shown below by the mutation's error.
    }
  };

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
      noValidate
    >
      <Stack className="b-form" gap="sm">
        <StoreFields
          marketplace={marketplace}
          values={values}
          onChange={setValues}
          showMissing={shown}
          error={error}
          known={store !== undefined}
        />
        <Notice tone="warn" title={t('wizard.effectTitle')}>
          {t('wizard.effect')}
        </Notice>
        {error && !isAtField(marketplace, error) && (
          <ErrorPanel error={error} title={t('wizard.failed')} />
        )}
        <Group gap="xs" mt="xs">
          {!store && (
            <Button variant="default" onClick={onBack}>
              {t('wizard.back')}
            </Button>
          )}
          <Button type="submit" loading={busy}>
            {t('wizard.connect')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
