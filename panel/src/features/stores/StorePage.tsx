import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../shared/api/session';
import type { S } from '../../shared/api/types';
import { useSentence } from '../../shared/lib/sentence';
import { Card, Facts, Loaded, Notice, Page, Pill, StatusPill, When } from '../../shared/ui';
import { IconArrowLeft } from '../../shared/ui/icons';
import { storeReason } from '../../shared/lib/storeReason';
import { storeQuery } from './api';
import { Limits } from './parts/Limits';
import { Schedules } from './parts/Schedules';
import { StoreActions } from './parts/StoreActions';
import { useSettingTitle } from './parts/useSettingTitle';
import { storeRoute } from './routes';

export function StorePage() {
  const { t } = useTranslation('stores');
  const { id } = storeRoute.useParams();
  const detail = useQuery(storeQuery(id));
  return (
    <Page
      title={detail.data?.store.name ?? t('one')}
      back={
        <Link to="/stores" className="b-back">
          <IconArrowLeft size={14} className="b-flip" aria-hidden /> {t('title')}
        </Link>
      }
      actions={detail.data && <StoreActions detail={detail.data} />}
    >
      <Loaded query={detail} lines={10}>
        {(data) => <Detail detail={data} />}
      </Loaded>
    </Page>
  );
}

function Detail({ detail }: { detail: S['StoreDetail'] }) {
  const { t } = useTranslation('stores');
  const may = useMay();
  const sentence = useSentence();
  const titleOf = useSettingTitle();
  const { store } = detail;
  return (
    <div className="b-grid">
      <div className="b-span-8 b-stack">
        {store.reason && (
          <Notice
            tone={store.state === 'paused' ? 'info' : 'bad'}
            title={t(`reason.${store.state}`, { store: store.name })}
          >
            {sentence(storeReason(store, store.reason))}
          </Notice>
        )}
        <Card title={t('about')}>
          <Facts
            items={[
              [t('field.marketplace'), store.marketplace_title],
              [t('field.state'), <StatusPill of="store" status={store.state} />],
              [
                t('field.orders'),
                <Pill tone={store.has_hook ? 'ok' : 'mute'}>
                  {store.has_hook ? t('hook') : t('polling')}
                </Pill>,
              ],
              [t('checked'), <When at={store.checked_at} />],
              [t('field.created'), <When at={store.created_at} as="date" />],
              store.test_mode && [t('field.mode'), <Pill tone="warn">{t('testMode')}</Pill>],
              [t('field.baseUrl'), <span className="b-mono">{store.base_url}</span>],
              ...Object.entries(detail.settings).map(
                ([name, value]) =>
                  [
                    titleOf(store.marketplace, name),
                    <span className="b-mono">{value}</span>,
                  ] as const,
              ),
            ]}
          />
        </Card>
        <Card title={t('schedule.title')} flush>
          <Schedules schedules={detail.schedules} storeId={store.id} />
        </Card>
      </div>
      <div className="b-span-4 b-stack">
        <Card title={t('limits.title')}>
          <Limits limits={detail.limits} />
        </Card>
        <Card title={t('see.title')}>
          <div className="b-stack">
            <Link className="b-link" to="/listings" search={{ store: store.id }}>
              {t('see.listings')}
            </Link>
            <Link className="b-link" to="/orders" search={{ store: store.id }}>
              {t('see.orders')}
            </Link>
            {may('see_calls') && (
              <Link className="b-link" to="/calls" search={{ store: store.id }}>
                {t('see.calls')}
              </Link>
            )}
          </div>
        </Card>
      </div>
    </div>
  );
}
