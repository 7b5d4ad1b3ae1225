import { useTranslation } from 'react-i18next';
import { hasWord } from '../../../shared/lib/hasWord';

/** What a job or a request is for, in words; its own name when we have none. */
export function useKindWord() {
  const { t } = useTranslation('apilog');
  return (kind: string): string => {
    const key = `kind.${kind.replaceAll('.', '_')}`;
    return hasWord('apilog', key) ? t(key as 'kind.sweep') : kind;
  };
}
