import { Button, Group } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../../shared/api/session';
import type { S } from '../../../shared/api/types';
import { StockDialog } from '../../../shared/stock/StockDialog';
import { Count, Money, usePhone } from '../../../shared/ui';
import { LedgerPanel } from './LedgerPanel';

/** The variants as they stand, each with its movements and the way to change it. */
export function Stock({ product }: { product: S['Product'] }) {
  const { t } = useTranslation('products');
  const may = useMay();
  const [editing, setEditing] = useState<S['Variant']>();
  const [reading, setReading] = useState<S['Variant']>();
  const phone = usePhone();
  const actions = (variant: S['Variant']) => (
    <>
      {may('edit_stock') && (
        <Button size="compact-sm" variant="default" onClick={() => setEditing(variant)}>
          {t('stock.edit')}
        </Button>
      )}
      <Button size="compact-sm" variant="subtle" onClick={() => setReading(variant)}>
        {t('stock.ledger')}
      </Button>
      <Button
        size="compact-sm"
        variant="subtle"
        renderRoot={(props) => <Link to="/listings" search={{ variant: variant.id }} {...props} />}
      >
        {t('stock.listings')}
      </Button>
    </>
  );
  return (
    <>
      {phone ? (
        <ul className="b-list">
          {product.variants.map((variant) => (
            <StockRow key={variant.id} variant={variant}>
              {actions(variant)}
            </StockRow>
          ))}
        </ul>
      ) : (
        <div className="b-scroll-x" tabIndex={0} role="region" aria-label={t('stock.title')}>
          <table className="b-plain">
            <thead>
              <tr>
                <th scope="col">{t('field.sku')}</th>
                <th scope="col">{t('field.name')}</th>
                <th scope="col" className="b-num">
                  {t('field.available')}
                </th>
                <th scope="col" className="b-num">
                  {t('stock.reserved')}
                </th>
                <th scope="col" className="b-num">
                  {t('stock.onHand')}
                </th>
                <th scope="col" className="b-num">
                  {t('field.cost')}
                </th>
                <td />
              </tr>
            </thead>
            <tbody>
              {product.variants.map((variant) => (
                <tr key={variant.id}>
                  <th scope="row" className="b-mono">
                    {variant.sku}
                  </th>
                  <td>{variant.name}</td>
                  <td className="b-num">
                    <span
                      className={variant.available <= variant.safety_stock ? 'b-bad' : undefined}
                    >
                      <Count n={variant.available} />
                    </span>
                  </td>
                  <td className="b-num">
                    <Count n={variant.reserved} />
                  </td>
                  <td className="b-num">
                    <Count n={variant.on_hand} />
                  </td>
                  <td className="b-num">
                    <Money value={variant.cost} />
                  </td>
                  <td className="b-num">
                    <Group gap={4} justify="flex-end" wrap="nowrap">
                      {actions(variant)}
                    </Group>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {editing && (
        <StockDialog
          skus={[editing.sku]}
          available={editing.available}
          onClose={() => setEditing(undefined)}
        />
      )}
      <LedgerPanel variant={reading} onClose={() => setReading(undefined)} />
    </>
  );
}

/* A phone has no room for the table's columns: the buttons stand under the numbers. */
function StockRow({ variant, children }: { variant: S['Variant']; children: ReactNode }) {
  const { t } = useTranslation('products');
  return (
    <li className="b-stack">
      <div className="b-row">
        <span className="b-mono b-wrap">{variant.sku}</span>
        <span className={variant.available <= variant.safety_stock ? 'b-bad' : undefined}>
          {t('field.available')}: <Count n={variant.available} />
        </span>
      </div>
      <div className="b-dim b-wrap">
        {variant.name && `${variant.name} · `}
        {t('stock.reserved')}: <Count n={variant.reserved} /> · {t('stock.onHand')}:{' '}
        <Count n={variant.on_hand} />
      </div>
      <Group gap="xs">{children}</Group>
    </li>
  );
}
