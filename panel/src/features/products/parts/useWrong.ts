import { useTranslation } from 'react-i18next';
import { isWrong } from './productValues';

/** What a field says is wrong: the form's own word, or the API's sentence as it came. */
export function useWrong() {
  const { t } = useTranslation('products');
  return (message: string | undefined) =>
    message && isWrong(message) ? t(`wrong.${message}`) : message;
}
