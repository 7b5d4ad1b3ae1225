import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { S } from '../../../shared/api/types';
import { Card, Count, Pill } from '../../../shared/ui';

/** Variants at or below their safety stock. */
export function LowStock({ variants }: { variants: S['Variant'][] }) {
  const { t } = useTranslation('dashboard');
  return (
    <Card
      title={t('low.title')}
      flush
      actions={
        <Link className="b-link" to="/products" search={{ low: '1' }}>
          {t('low.all')}
        </Link>
      }
    >
      {variants.length === 0 ? (
        <p className="b-calm">{t('low.none')}</p>
      ) : (
        <ul className="b-list">
          {variants.map((variant) => (
            <li key={variant.id} className="b-row">
              <div className="b-ellipsis">
                <Link className="b-link" to="/products/$id" params={{ id: variant.product_id }}>
                  {variant.product_title}
                </Link>
                <div className="b-dim b-ellipsis">
                  <span className="b-mono">{variant.sku}</span>
                  {variant.name && ` · ${variant.name}`}
                </div>
              </div>
              <Pill tone={variant.available > 0 ? 'warn' : 'bad'}>
                {variant.available > 0 ? (
                  <>
                    <Count n={variant.available} /> {t('low.left')}
                  </>
                ) : (
                  t('low.out')
                )}
              </Pill>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
