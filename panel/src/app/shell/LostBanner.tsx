import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LiveState } from '../../shared/api/live';
import { When } from '../../shared/ui';

const PATIENCE_MS = 10_000;

/** Says that what is shown may be old, once the connection has been gone for ten seconds. */
export function LostBanner({ state }: { state: LiveState }) {
  const { t } = useTranslation('app');
  const [since, setSince] = useState<string | null>(null);
  useEffect(() => {
    if (state !== 'lost') return;
    const lostAt = new Date().toISOString();
    const timer = window.setTimeout(() => setSince(lostAt), PATIENCE_MS);
    return () => {
      window.clearTimeout(timer);
      setSince(null);
    };
  }, [state]);
  if (!since) return null;
  return (
    <div className="b-banner" role="alert">
      {t('live.banner')} <When at={since} as="date" />
    </div>
  );
}
