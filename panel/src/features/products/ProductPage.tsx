import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../shared/api/session';
import { Card, Loaded, notify, Page } from '../../shared/ui';
import { IconArrowLeft } from '../../shared/ui/icons';
import { productQuery } from './api';
import { ProductForm } from './parts/ProductForm';
import { Stock } from './parts/Stock';
import { productRoute } from './routes';

export function ProductPage() {
  const { t } = useTranslation('products');
  const { id } = productRoute.useParams();
  const may = useMay();
  const product = useQuery(productQuery(id));
  return (
    <Page
      title={product.data?.title ?? t('one')}
      back={
        <Link to="/products" className="b-back">
          <IconArrowLeft size={14} className="b-flip" aria-hidden /> {t('title')}
        </Link>
      }
    >
      <Loaded query={product} lines={10}>
        {(data) => (
          <div className="b-stack">
            <Card title={t('stock.title')} flush>
              <Stock product={data} />
            </Card>
            {may('edit_stock') && (
              // A saved product is a new form: its fields start from what is saved.
              <ProductForm
                key={data.updated_at}
                product={data}
                onSaved={() => notify({ level: 'success', message: t('saved') })}
              />
            )}
          </div>
        )}
      </Loaded>
    </Page>
  );
}
