import { When } from '../../../shared/ui';
import { useNow } from '../../../shared/lib/now';
import type { S } from '../../../shared/api/types';

const OPEN: ReadonlySet<S['OrderStatus']> = new Set(['HELD', 'NEW', 'PICKING', 'READY']);

/** The last moment to ship; red once it is over and the order still stands here. */
export function ShipBy({ order }: { order: S['Order'] }) {
  const now = useNow();
  const late =
    order.ship_by !== null && OPEN.has(order.status) && new Date(order.ship_by).getTime() < now;
  return (
    <span className={late ? 'b-bad' : undefined}>
      <When at={order.ship_by} ahead />
    </span>
  );
}
