import { Button, Group, Modal, Select, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { notify } from '../ui/notify';
import { ErrorPanel } from '../ui/states';
import { useWriteKey } from '../api/useWriteKey';
import { listedSearch, useMapSku, variantSearch } from './api';

interface MapDialogProps {
  storeId: string;
  /** What the marketplace calls it, and its title there. */
  remoteSku: string;
  title: string;
  onClose: () => void;
}

const PAUSE_MS = 250;

/** Chooses which of our variants a marketplace's SKU is; orders that wait then take their stock. */
export function MapDialog({ storeId, remoteSku, title, onClose }: MapDialogProps) {
  const { t } = useTranslation('common');
  const [text, setText] = useState('');
  const [sku, setSku] = useState<string | null>(null);
  const [q] = useDebouncedValue(text.trim(), PAUSE_MS);
  const found = useQuery(variantSearch(q));
  const listed = useQuery(listedSearch(storeId, q));
  const key = useWriteKey();
  const map = useMapSku();
  const options = (found.data?.items ?? []).flatMap((product) =>
    product.variants.map((variant) => {
      const label = `${variant.sku} · ${product.title}${variant.name ? ` · ${variant.name}` : ''}`;
      const taken = listed.data?.includes(variant.id) ?? false;
      return {
        value: variant.sku,
        label: taken ? `${label} · ${t('map.listed')}` : label,
        disabled: taken,
      };
    }),
  );
  const save = () => {
    if (!sku) return;
    const body = { store_id: storeId, sku, remote_sku: remoteSku };
    map.mutate(
      { key: key.of(body), body },
      {
        onSettled: key.settled,
        onSuccess: () => {
          notify({ level: 'success', message: t('map.done', { sku }) });
          onClose();
        },
      },
    );
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('map.title')}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <Stack gap="sm">
        <Text fz="sm" className="b-wrap">
          {title} · <span className="b-mono">{remoteSku}</span>
        </Text>
        <Select
          label={t('map.sku')}
          description={t('map.help')}
          searchable
          data-autofocus
          data={options}
          filter={({ options: all }) => all} // The server has searched already.
          searchValue={text}
          onSearchChange={setText}
          value={sku}
          onChange={(value) => {
            map.reset();
            setSku(value);
          }}
          nothingFoundMessage={q.length < 2 ? t('map.type') : t('state.nothing')}
        />
        {map.isError && <ErrorPanel error={map.error} title={t('map.failed')} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('action.cancel')}
          </Button>
          <Button onClick={save} disabled={!sku} loading={map.isPending}>
            {t('map.save')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
