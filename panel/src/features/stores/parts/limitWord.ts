import { useTranslation } from 'react-i18next';
import { hasWord } from '../../../shared/lib/hasWord';

/* `*` bounds every request; `*:hooks.register` each endpoint by itself; the rest are groups. */
export function useLimitWord() {
  const { t } = useTranslation('stores');
  return (name: string): string => {
    if (name === '*') return t('limits.name.all');
    if (name.startsWith('*:')) {
      const purpose = name.slice(2);
      const key = `limits.call.${purpose.replaceAll('.', '_')}`;
      const what = hasWord('stores', key) ? t(key as 'limits.call.offers_push') : purpose;
      return t('limits.name.endpoint', { what });
    }
    const key = `limits.name.${name}`;
    return hasWord('stores', key) ? t(key as 'limits.name.inventory') : name;
  };
}
