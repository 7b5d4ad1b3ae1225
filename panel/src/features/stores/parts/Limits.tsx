import { useTranslation } from 'react-i18next';
import type { S } from '../../../shared/api/types';
import { useFormat } from '../../../shared/lib/format';
import { When } from '../../../shared/ui';
import { useLimitWord } from './limitWord';

/** How much of what the marketplace allows is used in the current window. */
export function Limits({ limits }: { limits: S['StoreDetail']['limits'] }) {
  const { t } = useTranslation('stores');
  const format = useFormat();
  const word = useLimitWord();
  if (limits.length === 0) return <p className="b-dim">{t('limits.none')}</p>;
  return (
    <ul className="b-limits">
      {limits.map((limit) => {
        const share = limit.calls > 0 ? Math.min(1, limit.used / limit.calls) : 0;
        return (
          <li key={limit.name}>
            <div className="b-row">
              <span>{word(limit.name)}</span>
              <span className="b-dim b-tabular">
                {t('limits.used', {
                  used: format.number(limit.used),
                  of: format.number(limit.calls),
                  window: format.every(limit.window_ms),
                })}
              </span>
            </div>
            <div
              className="b-quota"
              data-tone={share > 0.9 ? 'warn' : undefined}
              role="meter"
              aria-label={word(limit.name)}
              aria-valuemin={0}
              aria-valuemax={limit.calls}
              aria-valuenow={limit.used}
            >
              <i style={{ width: `${share * 100}%` }} />
            </div>
            {limit.held_until && (
              <span className="b-bad">
                {t('limits.held')} <When at={limit.held_until} ahead />
              </span>
            )}
          </li>
        );
      })}
    </ul>
  );
}
