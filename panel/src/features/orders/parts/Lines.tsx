import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../../shared/api/session';
import type { S } from '../../../shared/api/types';
import { useErrorText } from '../../../shared/lib/sentence';
import { MapDialog } from '../../../shared/mapping/MapDialog';
import { StockDialog } from '../../../shared/stock/StockDialog';
import { Card, Count, Money, Notice, notify, Pill, StatusPill } from '../../../shared/ui';
import { useSettle } from '../api';

type Line = S['OrderDetail']['lines'][number];

/** The lines; what is short or unmapped says so, and how to mend it. */
export function Lines({ detail }: { detail: S['OrderDetail'] }) {
  const { t } = useTranslation('orders');
  const may = useMay();
  const [mapping, setMapping] = useState<Line>();
  const [stocking, setStocking] = useState<string>();
  const { order, lines } = detail;
  return (
    <Card
      title={t('line.title', { count: lines.length })}
      flush
      actions={order.short && may('work_orders') && <Settle id={order.id} />}
    >
      <ul className="b-list">
        {lines.map((line) => (
          <li key={line.id} className="b-stack">
            <LineRow line={line} />
            {line.unmapped && !line.cancelled && (
              <Notice
                tone="bad"
                title={t('line.unmapped')}
                action={
                  may('edit_stock') && (
                    <Button size="xs" onClick={() => setMapping(line)}>
                      {t('line.map')}
                    </Button>
                  )
                }
              >
                {t('line.unmappedHelp', { remote: line.remote_sku, store: order.store_name })}
              </Notice>
            )}
            {line.short && !line.cancelled && line.sku && (
              <Notice
                tone="bad"
                title={t('line.short')}
                action={
                  may('edit_stock') && (
                    <Button size="xs" onClick={() => setStocking(line.sku ?? undefined)}>
                      {t('line.stock')}
                    </Button>
                  )
                }
              >
                {t('line.shortHelp', { sku: line.sku, taken: line.taken, of: line.quantity })}
              </Notice>
            )}
          </li>
        ))}
      </ul>
      {mapping && (
        <MapDialog
          storeId={order.store_id}
          remoteSku={mapping.remote_sku}
          title={mapping.title}
          onClose={() => setMapping(undefined)}
        />
      )}
      {stocking && <StockDialog skus={[stocking]} onClose={() => setStocking(undefined)} />}
    </Card>
  );
}

function LineRow({ line }: { line: Line }) {
  const { t } = useTranslation('orders');
  return (
    <>
      <div className="b-row">
        <span className="b-wrap">{line.title}</span>
        <span className="b-tabular">
          <Count n={line.quantity} /> × <Money value={line.unit_price} />
        </span>
      </div>
      <div className="b-row">
        <span className="b-dim b-wrap b-text-links">
          {line.sku && line.listing_id ? (
            <Link className="b-link b-mono" to="/listings" search={{ id: line.listing_id }}>
              {line.sku}
            </Link>
          ) : (
            <span className="b-mono">{line.remote_sku}</span>
          )}
          {' · '}
          {t('line.taken', { taken: line.taken, of: line.quantity })}
        </span>
        {line.cancelled ? (
          <Pill tone="mute">{t('line.cancelled')}</Pill>
        ) : (
          <StatusPill of="order" status={line.status} />
        )}
      </div>
    </>
  );
}

function Settle({ id }: { id: string }) {
  const { t } = useTranslation('orders');
  const errorText = useErrorText();
  const settle = useSettle(id);
  return (
    <Button
      size="xs"
      variant="default"
      loading={settle.isPending}
      onClick={() =>
        settle.mutate(undefined, {
          onSuccess: ({ order }) =>
            notify({
              level: order.short ? 'warning' : 'success',
              message: order.short ? t('settle.still') : t('settle.done'),
            }),
          onError: (error) => notify({ level: 'error', message: errorText(error) }),
        })
      }
    >
      {t('settle.again')}
    </Button>
  );
}
