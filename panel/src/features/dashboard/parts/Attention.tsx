import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { S } from '../../../shared/api/types';
import { useSentence } from '../../../shared/lib/sentence';
import { Card, When } from '../../../shared/ui';
import { IconAlertTriangle, IconCircleCheck } from '../../../shared/ui/icons';

/** Open faults, each a sentence with the way to mend it. */
export function Attention({ faults, stores }: { faults: S['Fault'][]; stores: S['Store'][] }) {
  const { t } = useTranslation('dashboard');
  if (faults.length === 0)
    return (
      <div className="b-card b-calm" role="status">
        <IconCircleCheck size={18} aria-hidden />
        {t('attention.none')}
      </div>
    );
  return (
    <Card title={t('attention.title', { count: faults.length })} flush>
      <ul className="b-list">
        {faults.map((fault) => (
          <li key={fault.id} className="b-fault">
            <IconAlertTriangle size={18} aria-hidden />
            <Fault fault={fault} store={stores.find((store) => store.id === fault.store_id)} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Fault({ fault, store }: { fault: S['Fault']; store: S['Store'] | undefined }) {
  const { t } = useTranslation('dashboard');
  const sentence = useSentence();
  return (
    <div className="b-wrap">
      <Text fz="md">{sentence(fault)}</Text>
      <Text c="dimmed" fz="sm" component="div">
        {store && `${store.name} · `}
        <When at={fault.last_at} />
        {fault.times > 1 && ` · ${t('attention.times', { count: fault.times })}`}
        {' · '}
        <Mend fault={fault} />
      </Text>
    </div>
  );
}

/* The subject of a fault follows from the first word of its kind. */
function Mend({ fault }: { fault: S['Fault'] }) {
  const { t } = useTranslation('dashboard');
  const [about] = fault.kind.split('.');
  const id = fault.subject_id;
  if (about === 'order' && id)
    return (
      <Link className="b-link" to="/orders/$id" params={{ id }}>
        {t('attention.order')}
      </Link>
    );
  if (about === 'listing' && id)
    return (
      <Link className="b-link" to="/listings" search={{ id }}>
        {t('attention.listing')}
      </Link>
    );
  if (about === 'store' && fault.store_id)
    return (
      <Link className="b-link" to="/stores/$id" params={{ id: fault.store_id }}>
        {t('attention.store')}
      </Link>
    );
  if (about === 'job')
    return (
      <Link className="b-link" to="/jobs" search={{ state: 'dead' }}>
        {t('attention.job')}
      </Link>
    );
  return (
    <Link
      className="b-link"
      to="/calls"
      search={{ store: fault.store_id ?? undefined, status: 'failed' }}
    >
      {t('attention.calls')}
    </Link>
  );
}
