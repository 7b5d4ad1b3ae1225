import { useTranslation } from 'react-i18next';
import type { S } from '../../../shared/api/types';
import { Card, Facts, StatusPill, When } from '../../../shared/ui';

const isWeb = (url: string) => /^https?:\/\//i.test(url);

export function Packages({ packages }: { packages: S['OrderDetail']['packages'] }) {
  const { t } = useTranslation('orders');
  if (packages.length === 0) return null;
  return (
    <Card title={t('package.title', { count: packages.length })} flush>
      <ul className="b-list">
        {packages.map((item) => (
          <li key={item.id} className="b-stack">
            <div className="b-row">
              <span className="b-mono">{item.remote_id}</span>
              <StatusPill of="order" status={item.status} />
            </div>
            <Facts
              items={[
                [t('package.theirs'), item.remote_status],
                [t('package.carrier'), item.carrier || '–'],
                [t('package.tracking'), <Tracking item={item} />],
                [t('column.modifiedAt'), <When at={item.modified_at} as="date" />],
                item.origin_ids.length > 0 && [t('package.origin'), item.origin_ids.join(', ')],
              ]}
            />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Tracking({ item }: { item: S['OrderDetail']['packages'][number] }) {
  if (!item.tracking_number) return '–';
  if (!isWeb(item.tracking_url)) return <span className="b-mono">{item.tracking_number}</span>;
  return (
    <a className="b-link b-mono" href={item.tracking_url} target="_blank" rel="noreferrer">
      {item.tracking_number}
    </a>
  );
}
