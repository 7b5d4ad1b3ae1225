import { Button, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { S } from '../../../shared/api/types';
import { useSentence } from '../../../shared/lib/sentence';
import { useFormat } from '../../../shared/lib/format';
import { Card, When } from '../../../shared/ui';
import { IconAlertTriangle, IconCircleCheck } from '../../../shared/ui/icons';
import { FAULTS_SHOWN, moreFaultsQuery } from '../api';
import { CloseFault, Mend } from './Mend';

const FIRST = 3;

/** Open faults, each a sentence with the way to mend it. */
export function Attention({ faults, stores }: { faults: S['Fault'][]; stores: S['Store'][] }) {
  const { t } = useTranslation('dashboard');
  const format = useFormat();
  const [all, setAll] = useState(false);
  const more = useQuery({ ...moreFaultsQuery, enabled: faults.length >= FAULTS_SHOWN }).data;
  if (faults.length === 0)
    return (
      <div className="b-card b-calm" role="status">
        <IconCircleCheck size={18} aria-hidden />
        {t('attention.none')}
      </div>
    );
  return (
    <Card
      title={t('attention.title', {
        count: faults.length,
        shown: `${format.number(faults.length)}${more && faults.length >= FAULTS_SHOWN ? '+' : ''}`,
      })}
      flush
      actions={
        faults.length > FIRST && (
          <Button
            size="compact-sm"
            variant="default"
            aria-expanded={all}
            onClick={() => setAll(!all)}
          >
            {all ? t('attention.less') : t('attention.all')}
          </Button>
        )
      }
    >
      <ul className="b-list">
        {faults.slice(0, all ? undefined : FIRST).map((fault) => (
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
      <Text>{sentence(fault)}</Text>
      <Text c="dimmed" fz="sm" component="div" className="b-text-links">
        {store && `${store.name} · `}
        <When at={fault.last_at} />
        {fault.times > 1 && ` · ${t('attention.times', { count: fault.times })}`}
        {' · '}
        <Mend fault={fault} />
        {' · '}
        <CloseFault id={fault.id} />
      </Text>
    </div>
  );
}
