import { Link } from '@tanstack/react-router';
import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { S } from '../../../shared/api/types';
import { Count, Money, StatusPill } from '../../../shared/ui';

export function ListingCard({ listing }: { listing: S['Listing'] }) {
  const { t } = useTranslation('listings');
  return (
    <>
      <div className="b-row">
        <Link className="b-link b-ellipsis" to="." search={(old) => ({ ...old, id: listing.id })}>
          {listing.title}
        </Link>
        <Money value={listing.wanted.price} />
      </div>
      <div className="b-row">
        <Text c="dimmed" fz="xs" component="div" className="b-ellipsis">
          <span className="b-mono">{listing.sku}</span> · {listing.store_name}
        </Text>
        <span className="b-dim">
          <Count n={listing.wanted.quantity} /> {t('pieces')}
        </span>
      </div>
      <div>
        <StatusPill of="listing" status={listing.sync} title={listing.reason?.message} />
      </div>
      {listing.reason && <div className="b-dim b-wrap">{listing.reason.message}</div>}
    </>
  );
}
