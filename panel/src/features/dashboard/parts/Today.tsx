import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { S } from '../../../shared/api/types';
import { Count, Kpi, Money } from '../../../shared/ui';

/** Numbers first; each leads to the list it counts. */
export function Today({ data }: { data: S['Overview'] }) {
  const { t } = useTranslation('dashboard');
  return (
    <div className="b-kpis">
      <Link to="/orders" search={{ period: 'today' }} className="b-kpi-link">
        <Kpi
          label={t('today.orders')}
          value={<Count n={data.orders} />}
          hint={t('today.pieces', { count: data.pieces })}
        />
      </Link>
      <Kpi
        label={t('today.revenue')}
        value={<Money value={data.revenue} />}
        hint={t('today.hint')}
      />
      <Link to="/orders" search={{ attention: '1' }} className="b-kpi-link">
        <Kpi
          label={t('today.attention')}
          value={<Count n={data.attention} />}
          tone={data.attention > 0 ? 'bad' : undefined}
          hint={t('today.attentionHint')}
        />
      </Link>
      <Link to="/listings" search={{ status: 'waiting' }} className="b-kpi-link">
        <Kpi
          label={t('today.waiting')}
          value={<Count n={data.waiting_listings} />}
          hint={t('today.waitingHint')}
        />
      </Link>
      <Link to="/listings" search={{ status: 'refused' }} className="b-kpi-link">
        <Kpi
          label={t('today.refused')}
          value={<Count n={data.refused_listings} />}
          tone={data.refused_listings > 0 ? 'bad' : undefined}
          hint={t('today.refusedHint')}
        />
      </Link>
      <Link to="/listings" search={{ status: 'drifted' }} className="b-kpi-link">
        <Kpi
          label={t('today.drifted')}
          value={<Count n={data.drifted_listings} />}
          tone={data.drifted_listings > 0 ? 'warn' : undefined}
          hint={t('today.driftedHint')}
        />
      </Link>
    </div>
  );
}
