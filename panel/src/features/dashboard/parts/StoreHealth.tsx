import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../../shared/api/session';
import type { S } from '../../../shared/api/types';
import { useSentence } from '../../../shared/lib/sentence';
import { storeReason } from '../../../shared/lib/storeReason';
import { Card, EmptyState, StatusPill, When } from '../../../shared/ui';

interface StoreHealthProps {
  stores: S['Store'][];
  jobs: S['Overview']['jobs'];
}

export function StoreHealth({ stores, jobs }: StoreHealthProps) {
  const { t } = useTranslation('dashboard');
  const may = useMay();
  return (
    <Card title={t('health.title')} flush actions={<Queue jobs={jobs} linked={may('see_calls')} />}>
      {stores.length === 0 ? (
        <EmptyState
          title={t('health.empty')}
          hint={t('health.emptyHint')}
          action={
            may('edit_stores') && (
              <Button renderRoot={(props) => <Link to="/stores/new" {...props} />}>
                {t('health.connect')}
              </Button>
            )
          }
        />
      ) : (
        <ul className="b-list">
          {stores.map((store) => (
            <Store key={store.id} store={store} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function Queue({ jobs, linked }: { jobs: S['Overview']['jobs']; linked: boolean }) {
  const { t } = useTranslation('dashboard');
  const words = t('health.jobs', { waiting: jobs.waiting, running: jobs.running });
  return (
    <span className="b-dim b-tabular b-text-links">
      {words}
      {jobs.dead > 0 && (
        <>
          {' · '}
          {linked ? (
            <Link className="b-link" to="/jobs" search={{ state: 'dead' }}>
              {t('health.dead', { count: jobs.dead })}
            </Link>
          ) : (
            t('health.dead', { count: jobs.dead })
          )}
        </>
      )}
    </span>
  );
}

function Store({ store }: { store: S['Store'] }) {
  const { t } = useTranslation('dashboard');
  const sentence = useSentence();
  return (
    <li>
      <div className="b-row">
        <Link className="b-link b-ellipsis" to="/stores/$id" params={{ id: store.id }}>
          {store.name}
        </Link>
        <StatusPill of="store" status={store.state} />
      </div>
      <div className="b-dim b-wrap">
        {store.marketplace_title} ·{' '}
        {store.reason ? (
          <span className={store.state === 'paused' ? undefined : 'b-bad'}>
            {sentence(storeReason(store, store.reason))}
          </span>
        ) : (
          <>
            {t('health.checked')} <When at={store.checked_at} />
          </>
        )}
        {!store.has_hook && ` · ${t('health.polling')}`}
      </div>
    </li>
  );
}
