import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { S } from '../../../shared/api/types';
import { Count, EmptyState, Loaded, SidePanel, useFormat, When } from '../../../shared/ui';
import { ledgerQuery } from '../api';

interface LedgerPanelProps {
  variant: S['Variant'] | undefined;
  onClose: () => void;
}

/** Every movement of a variant's stock, newest first. */
export function LedgerPanel({ variant, onClose }: LedgerPanelProps) {
  const { t } = useTranslation('products');
  const ledger = useQuery({ ...ledgerQuery(variant?.id ?? ''), enabled: variant !== undefined });
  return (
    <SidePanel
      opened={variant !== undefined}
      onClose={onClose}
      title={t('ledger.title', { sku: variant?.sku ?? '' })}
    >
      {variant && (
        <Loaded query={ledger}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyState title={t('ledger.empty')} />
            ) : (
              <Entries entries={items} />
            )
          }
        </Loaded>
      )}
    </SidePanel>
  );
}

function Entries({ entries }: { entries: S['LedgerEntry'][] }) {
  const { t } = useTranslation('products');
  const format = useFormat();
  return (
    <table className="b-plain">
      <thead>
        <tr>
          <th scope="col">{t('ledger.at')}</th>
          <th scope="col">{t('ledger.cause')}</th>
          <th scope="col" className="b-num">
            {t('ledger.delta')}
          </th>
          <th scope="col" className="b-num">
            {t('ledger.resulting')}
          </th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr key={entry.seq}>
            <td>
              <When at={entry.at} as="date" />
            </td>
            <td className="b-wrap">
              {t(`cause.${entry.cause}`)}
              <div className="b-dim">{entry.note || entry.cause_key}</div>
            </td>
            <td className="b-num">{format.signed(entry.delta)}</td>
            <td className="b-num">
              <Count n={entry.resulting} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
