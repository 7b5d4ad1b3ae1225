import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { S } from '../../../shared/api/types';
import { Count, Money, Pill, When, type Column } from '../../../shared/ui';

const availableOf = (product: S['Product']) =>
  product.variants.reduce((sum, variant) => sum + variant.available, 0);
const isLow = (product: S['Product']) =>
  product.variants.some((variant) => variant.available <= variant.safety_stock);

export function useProductColumns(): Column<S['Product']>[] {
  const { t } = useTranslation('products');
  return useMemo(
    () => [
      {
        id: 'title',
        label: t('field.title'),
        size: 320,
        cell: (row) => (
          <Link className="b-link" to="/products/$id" params={{ id: row.id }}>
            {row.title}
          </Link>
        ),
      },
      {
        id: 'sku',
        label: t('field.sku'),
        size: 160,
        cell: (row) => (
          <span className="b-mono">{row.variants.map((variant) => variant.sku).join(', ')}</span>
        ),
      },
      { id: 'brand', label: t('field.brand'), size: 130, cell: (row) => row.brand },
      { id: 'category', label: t('field.category'), size: 150, cell: (row) => row.category },
      {
        id: 'variants',
        label: t('field.variants'),
        size: 90,
        num: true,
        cell: (row) => <Count n={row.variants.length} />,
      },
      {
        id: 'price',
        label: t('field.price'),
        size: 120,
        num: true,
        cell: (row) => <Money value={row.variants[0]?.price} />,
      },
      {
        id: 'available',
        label: t('field.available'),
        size: 110,
        num: true,
        cell: (row) => (
          <span className={isLow(row) ? 'b-bad' : undefined}>
            <Count n={availableOf(row)} />
          </span>
        ),
      },
      {
        id: 'updated',
        label: t('field.updated'),
        size: 130,
        cell: (row) => <When at={row.updated_at} />,
      },
    ],
    [t],
  );
}

export function ProductCard({ product }: { product: S['Product'] }) {
  const { t } = useTranslation('products');
  return (
    <>
      <div className="b-row">
        <Link className="b-link b-ellipsis" to="/products/$id" params={{ id: product.id }}>
          {product.title}
        </Link>
        <Money value={product.variants[0]?.price} />
      </div>
      <div className="b-row">
        <Text c="dimmed" fz="xs" className="b-ellipsis b-mono">
          {product.variants.map((variant) => variant.sku).join(', ')}
        </Text>
        {isLow(product) ? (
          <Pill tone="warn">{t('left', { count: availableOf(product) })}</Pill>
        ) : (
          <span className="b-dim">{t('left', { count: availableOf(product) })}</span>
        )}
      </div>
    </>
  );
}
