import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { S } from '../../../shared/api/types';
import { Money, StatusPill, When } from '../../../shared/ui';
import { Flags } from './Flags';

export function OrderCard({ order }: { order: S['Order'] }) {
  const { t } = useTranslation('orders');
  return (
    <>
      <div className="b-row">
        <Link className="b-link b-mono" to="/orders/$id" params={{ id: order.id }}>
          {order.number}
        </Link>
        <Money value={order.total} />
      </div>
      <div className="b-row">
        <Text c="dimmed" fz="xs" className="b-ellipsis">
          {order.store_name} · {order.buyer} · {t('pieces', { count: order.pieces })}
        </Text>
        <Text c="dimmed" fz="xs" component="span">
          <When at={order.ordered_at} />
        </Text>
      </div>
      <div>
        <StatusPill of="order" status={order.status} /> <Flags of={order} />
      </div>
    </>
  );
}
