import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../shared/api/session';
import { EmptyState, notify, Page } from '../../shared/ui';
import { IconArrowLeft, IconLock } from '../../shared/ui/icons';
import { ProductForm } from './parts/ProductForm';

export function NewProductPage() {
  const { t } = useTranslation('products');
  const navigate = useNavigate();
  const may = useMay();
  return (
    <Page
      title={t('new')}
      back={
        <Link to="/products" className="b-back">
          <IconArrowLeft size={14} className="b-flip" aria-hidden /> {t('title')}
        </Link>
      }
    >
      {may('edit_stock') ? (
        <ProductForm
          onSaved={(product) => {
            notify({ level: 'success', message: t('made') });
            void navigate({ to: '/products/$id', params: { id: product.id } });
          }}
        />
      ) : (
        <EmptyState icon={IconLock} title={t('forbidden')} />
      )}
    </Page>
  );
}
