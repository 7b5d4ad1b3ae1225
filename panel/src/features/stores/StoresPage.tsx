import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../shared/api/session';
import { storesQuery } from '../../shared/api/stores';
import type { S } from '../../shared/api/types';
import { useSentence } from '../../shared/lib/sentence';
import { storeReason } from '../../shared/lib/storeReason';
import { EmptyState, Loaded, Page, Pill, StatusPill, When } from '../../shared/ui';
import { IconBuildingStore, IconPlus } from '../../shared/ui/icons';
import { Initials } from './parts/Initials';

export function StoresPage() {
  const { t } = useTranslation('stores');
  const may = useMay();
  const stores = useQuery(storesQuery);
  const connect = may('edit_stores') && (
    <Button
      size="xs"
      leftSection={<IconPlus size={15} aria-hidden />}
      renderRoot={(props) => <Link to="/stores/new" {...props} />}
    >
      {t('connect')}
    </Button>
  );
  return (
    <Page title={t('title')} actions={connect}>
      <Loaded query={stores}>
        {({ items }) =>
          items.length === 0 ? (
            <div className="b-card">
              <EmptyState
                icon={IconBuildingStore}
                title={t('empty')}
                hint={t('emptyHint')}
                action={connect}
              />
            </div>
          ) : (
            <div className="b-stores">
              {items.map((store) => (
                <StoreCard key={store.id} store={store} />
              ))}
            </div>
          )
        }
      </Loaded>
    </Page>
  );
}

function StoreCard({ store }: { store: S['Store'] }) {
  const { t } = useTranslation('stores');
  const sentence = useSentence();
  return (
    <Link to="/stores/$id" params={{ id: store.id }} className="b-card b-store">
      <div className="b-row">
        <div className="b-brand">
          <Initials name={store.marketplace_title} />
          <div className="b-ellipsis">
            <strong>{store.name}</strong>
            <div className="b-dim b-ellipsis">{store.marketplace_title}</div>
          </div>
        </div>
        <StatusPill of="store" status={store.state} />
      </div>
      {store.reason && (
        <div className={store.state === 'paused' ? 'b-dim b-wrap' : 'b-bad b-wrap'}>
          {sentence(storeReason(store, store.reason))}
        </div>
      )}
      <div className="b-dim">
        {t('checked')} <When at={store.checked_at} />
      </div>
      <div>
        <span>
          {store.test_mode && <Pill tone="warn">{t('testMode')}</Pill>}{' '}
          <Pill tone={store.has_hook ? 'ok' : 'mute'}>
            {store.has_hook ? t('hook') : t('polling')}
          </Pill>
        </span>
      </div>
    </Link>
  );
}
