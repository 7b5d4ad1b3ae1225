import { useTranslation } from 'react-i18next';
import type { S } from '../../../shared/api/types';
import { Count, Money, When } from '../../../shared/ui';

type State = S['OfferState'] | null;

/** Wanted, sent and seen side by side. */
export function States({ listing }: { listing: S['Listing'] }) {
  const { t } = useTranslation('listings');
  const states: [string, State][] = [
    [t('column.wanted'), listing.wanted],
    [t('column.sent'), listing.sent],
    [t('column.seen'), listing.seen],
  ];
  const row = (label: string, draw: (state: S['OfferState']) => React.ReactNode) => (
    <tr>
      <th scope="row">{label}</th>
      {states.map(([name, state]) => (
        <td key={name} className="b-num">
          {state ? draw(state) : <span className="b-dim">–</span>}
        </td>
      ))}
    </tr>
  );
  return (
    <div className="b-scroll-x">
      <table className="b-plain">
        <thead>
          <tr>
            <td />
            {states.map(([name]) => (
              <th key={name} scope="col" className="b-num">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {row(t('state.quantity'), (state) => (
            <Count n={state.quantity} />
          ))}
          {row(t('state.price'), (state) => (
            <Money value={state.price} />
          ))}
          {row(t('state.listPrice'), (state) => (
            <Money value={state.list_price} />
          ))}
          {row(t('state.at'), (state) => (
            <When at={state.at} />
          ))}
        </tbody>
      </table>
    </div>
  );
}
