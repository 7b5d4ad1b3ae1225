import { Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { S } from '../../shared/api/types';
import {
  Card,
  CopyButton,
  Facts,
  Loaded,
  Money,
  Notice,
  Page,
  StatusPill,
  When,
} from '../../shared/ui';
import { IconArrowLeft } from '../../shared/ui/icons';
import { orderQuery } from './api';
import { Actions } from './parts/Actions';
import { Flags } from './parts/Flags';
import { Lines } from './parts/Lines';
import { Packages } from './parts/Packages';
import { ShipBy } from './parts/ShipBy';
import { Timeline } from './parts/Timeline';
import { orderRoute } from './routes';

export function OrderPage() {
  const { t } = useTranslation('orders');
  const { id } = orderRoute.useParams();
  const order = useQuery(orderQuery(id));
  const number = order.data?.order.number;
  return (
    <Page
      title={number ?? t('one')}
      back={
        <Link to="/orders" className="b-back">
          <IconArrowLeft size={14} className="b-flip" aria-hidden /> {t('title')}
        </Link>
      }
      actions={order.data && <Actions detail={order.data} />}
    >
      <Loaded query={order} lines={10}>
        {(detail) => <Detail detail={detail} />}
      </Loaded>
    </Page>
  );
}

function Detail({ detail }: { detail: S['OrderDetail'] }) {
  const { t } = useTranslation('orders');
  const { order } = detail;
  return (
    <div className="b-grid">
      <div className="b-span-8 b-stack">
        <Card>
          <Group gap="xs" mb="sm">
            <StatusPill of="order" status={order.status} />
            <Flags of={order} />
          </Group>
          <Facts
            items={[
              [
                t('column.number'),
                <>
                  <span className="b-mono">{order.number}</span>{' '}
                  <CopyButton value={order.number} label={t('column.number')} />
                </>,
              ],
              [t('column.store'), order.store_name],
              [t('column.buyer'), order.buyer],
              [t('column.total'), <Money value={order.total} />],
              [t('column.shipBy'), <ShipBy order={order} />],
              [t('column.orderedAt'), <When at={order.ordered_at} as="date" />],
              [t('column.receivedAt'), <When at={order.received_at} as="date" />],
              [t('column.modifiedAt'), <When at={order.modified_at} as="date" />],
            ]}
          />
          {order.report && (
            <div className="b-above">
              <Notice tone="warn" title={t('report')}>
                {order.report}
              </Notice>
            </div>
          )}
        </Card>
        <Lines detail={detail} />
        <Packages packages={detail.packages} />
      </div>
      <div className="b-span-4 b-stack">
        <Timeline entries={detail.timeline} />
      </div>
    </div>
  );
}
