import { Button, Group, Stack, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../../shared/api/session';
import type { S } from '../../../shared/api/types';
import { useErrorText } from '../../../shared/lib/sentence';
import {
  Facts,
  Loaded,
  Notice,
  notify,
  Said,
  SidePanel,
  StatusPill,
  When,
} from '../../../shared/ui';
import { IconRefresh } from '../../../shared/ui/icons';
import { listingQuery, useRetryListing } from '../api';
import { Explain } from './Explain';
import { States } from './States';

interface ListingPanelProps {
  id: string | undefined;
  onClose: () => void;
  onEditStock: (sku: string) => void;
}

/** One listing: what we want, what we sent, what we saw there, and why the quantity is what it is. */
export function ListingPanel({ id, onClose, onEditStock }: ListingPanelProps) {
  const { t } = useTranslation('listings');
  const listing = useQuery({ ...listingQuery(id ?? ''), enabled: id !== undefined });
  return (
    <SidePanel
      opened={id !== undefined}
      onClose={onClose}
      title={listing.data?.title ?? t('panel.title')}
    >
      {id !== undefined && (
        <Loaded query={listing}>
          {(data) => <Content listing={data} onEditStock={onEditStock} />}
        </Loaded>
      )}
    </SidePanel>
  );
}

function Content({
  listing,
  onEditStock,
}: {
  listing: S['Listing'];
  onEditStock: (sku: string) => void;
}) {
  const { t } = useTranslation('listings');
  const may = useMay();
  const errorText = useErrorText();
  const retry = useRetryListing();
  const send = () =>
    retry.mutate(listing.id, {
      onSuccess: () => notify({ level: 'success', message: t('panel.retried') }),
      onError: (error) => notify({ level: 'error', message: errorText(error) }),
    });
  return (
    <Stack gap="md">
      <Group gap="xs">
        <StatusPill of="listing" status={listing.sync} />
        <span className="b-dim">{t(`meaning.${listing.sync}`)}</span>
      </Group>
      {listing.reason && (
        <Notice
          tone={listing.sync === 'refused' ? 'bad' : 'warn'}
          title={listing.sync === 'refused' ? t('panel.refused') : t('panel.why')}
        >
          <Said reason={listing.reason} />
        </Notice>
      )}
      {may('edit_stock') && (
        <Group gap="xs">
          <Button size="xs" onClick={() => onEditStock(listing.sku)}>
            {t('editStock')}
          </Button>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconRefresh size={14} aria-hidden />}
            onClick={send}
            loading={retry.isPending}
          >
            {t('panel.retry')}
          </Button>
        </Group>
      )}
      <Facts
        items={[
          [t('column.store'), listing.store_name],
          [t('column.sku'), <span className="b-mono">{listing.sku}</span>],
          [t('column.remote'), <span className="b-mono">{listing.remote_sku}</span>],
          [t('column.confirmed'), <When at={listing.confirmed_at} />],
          listing.drift_since ? [t('panel.drift'), <When at={listing.drift_since} />] : null,
        ]}
      />
      <States listing={listing} />
      <section>
        <Title order={3} mb="xs">
          {t('explain.title')}
        </Title>
        <Explain id={listing.id} />
      </section>
      <Group gap="md">
        {may('see_calls') && (
          <Link
            className="b-link"
            to="/calls"
            search={{ store: listing.store_id, q: listing.remote_sku }}
          >
            {t('panel.calls')}
          </Link>
        )}
        <Link className="b-link" to="/products" search={{ q: listing.sku }}>
          {t('panel.product')}
        </Link>
        <Link className="b-link" to="/listings" search={{ variant: listing.variant_id }}>
          {t('panel.others')}
        </Link>
      </Group>
    </Stack>
  );
}
