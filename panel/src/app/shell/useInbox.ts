import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LiveEvent } from '../../shared/api/live';
import { useEventText } from '../../shared/lib/eventText';
import { notify, unnotify } from '../../shared/ui';

const KEPT = 30;
const SAME_TOAST_MS = 8_000;

const isLoud = (event: LiveEvent) => event.kind === 'order.new' || event.kind === 'fault.opened';

const faultKey = (event: LiveEvent) => `fault.${event.subject_id}`;

/** What came in while one looked: loud events as toasts (of one kind, one toast) and all of them here. */
export function useInbox() {
  const { t } = useTranslation('app');
  const text = useEventText();
  const [items, setItems] = useState<LiveEvent[]>([]);
  const [unread, setUnread] = useState(0);
  const said = useRef({ orders: 0, at: 0 });
  const words = useRef({ t, text });
  useEffect(() => {
    words.current = { t, text };
  });

  const onEvents = useCallback((events: LiveEvent[]) => {
    // What has mended itself need not be closed by hand.
    for (const event of events) if (event.kind === 'fault.closed') unnotify(faultKey(event));
    const isOver = (event: LiveEvent) =>
      event.kind === 'fault.opened' &&
      events.some((other) => other.kind === 'fault.closed' && faultKey(other) === faultKey(event));
    const loud = events.filter((event) => isLoud(event) && !isOver(event));
    if (loud.length === 0) return;
    setItems((old) => [...loud.toReversed(), ...old].slice(0, KEPT));
    setUnread((n) => n + loud.length);
    const { t, text } = words.current;
    const orders = loud.filter((event) => event.kind === 'order.new');
    if (orders.length > 0) {
      const now = Date.now();
      const count =
        orders.length + (now - said.current.at < SAME_TOAST_MS ? said.current.orders : 0);
      said.current = { orders: count, at: now };
      notify({
        key: 'order.new',
        level: 'info',
        title: t('toast.orders', { count }),
        message: text(orders.at(-1)!).detail,
      });
    }
    for (const event of loud.filter((e) => e.kind === 'fault.opened').slice(-2)) {
      const { title, detail } = text(event);
      notify({ key: faultKey(event), level: 'error', title, message: detail });
    }
  }, []);

  const markRead = useCallback(() => setUnread(0), []);
  return { items, unread, onEvents, markRead };
}
