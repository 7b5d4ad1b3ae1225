import { Button, Group, Modal, Select, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { S } from '../../../shared/api/types';
import { ErrorPanel, notify } from '../../../shared/ui';
import { useMapLine, variantSearch } from '../api';

interface MapLineProps {
  line: S['OrderDetail']['lines'][number];
  storeId: string;
  onClose: () => void;
}

const PAUSE_MS = 250;

/** Chooses which of our variants a marketplace's SKU is; the order then takes its stock. */
export function MapLine({ line, storeId, onClose }: MapLineProps) {
  const { t } = useTranslation('orders');
  const [text, setText] = useState('');
  const [sku, setSku] = useState<string | null>(null);
  const [q] = useDebouncedValue(text.trim(), PAUSE_MS);
  const found = useQuery(variantSearch(q));
  const map = useMapLine();
  const options = (found.data?.items ?? []).flatMap((product) =>
    product.variants.map((variant) => ({
      value: variant.sku,
      label: `${variant.sku} · ${product.title}${variant.name ? ` · ${variant.name}` : ''}`,
    })),
  );
  const save = () => {
    if (!sku) return;
    map.mutate(
      { store_id: storeId, sku, remote_sku: line.remote_sku },
      {
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
      closeButtonProps={{ 'aria-label': t('map.cancel') }}
    >
      <Stack gap="sm">
        <Text fz="sm" className="b-wrap">
          {line.title} · <span className="b-mono">{line.remote_sku}</span>
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
          onChange={setSku}
          nothingFoundMessage={q.length < 2 ? t('map.type') : t('map.none')}
        />
        {map.isError && <ErrorPanel error={map.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('map.cancel')}
          </Button>
          <Button onClick={save} disabled={!sku} loading={map.isPending}>
            {t('map.save')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
