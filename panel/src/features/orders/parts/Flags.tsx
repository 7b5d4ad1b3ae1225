import { useTranslation } from 'react-i18next';
import type { S } from '../../../shared/api/types';
import { Pill } from '../../../shared/ui';

/** What keeps an order from being whole; nothing when all is well. */
export function Flags({ of }: { of: Pick<S['Order'], 'short' | 'unmapped'> }) {
  const { t } = useTranslation('orders');
  return (
    <>
      {of.short && <Pill tone="bad">{t('flag.short')}</Pill>}
      {of.short && of.unmapped && ' '}
      {of.unmapped && <Pill tone="bad">{t('flag.unmapped')}</Pill>}
    </>
  );
}
