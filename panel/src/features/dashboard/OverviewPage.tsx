import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../shared/lib/format';
import { useNow } from '../../shared/lib/now';
import { Loaded, Page } from '../../shared/ui';
import { overviewQuery, startOfToday } from './api';
import { Attention } from './parts/Attention';
import { Feed } from './parts/Feed';
import { LowStock } from './parts/LowStock';
import { StoreHealth } from './parts/StoreHealth';
import { Today } from './parts/Today';

export function OverviewPage() {
  const { t } = useTranslation('dashboard');
  const format = useFormat();
  const since = startOfToday(new Date(useNow()));
  const overview = useQuery(overviewQuery(since));
  const sub = overview.dataUpdatedAt
    ? t('updated', { at: format.time(new Date(overview.dataUpdatedAt).toISOString()) })
    : ' ';
  return (
    <Page title={t('title')} sub={sub}>
      <Loaded query={overview} lines={12}>
        {(data) => (
          <div className="b-stack">
            <Attention faults={data.open_faults} stores={data.stores} />
            <Today data={data} />
            <div className="b-grid">
              <div className="b-span-8 b-stack">
                <StoreHealth stores={data.stores} jobs={data.jobs} />
                <LowStock variants={data.low_stock} />
              </div>
              <div className="b-span-4 b-stack">
                <Feed />
              </div>
            </div>
          </div>
        )}
      </Loaded>
    </Page>
  );
}
