import { useTranslation } from 'react-i18next';
import { isApiError } from '../api/errors';
import type { Reason } from '../api/types';
import { hasWord } from './hasWord';

/* An argument that was not told leaves no empty brackets and no open colon behind. */
const tidy = (text: string) =>
  text
    .replace(/\{\{\w+\}\}/g, '')
    .replace(/ ?\(\s*\)/g, '')
    .replace(/:\s*$/, '.');

/** What a code says in the reader's language; the API's English when we have no words for it. */
export function useSentence() {
  const { t } = useTranslation('errors');
  const say = t as (code: string, args: Reason['args']) => string;
  return (reason: Reason): string =>
    hasWord('errors', reason.code) ? tidy(say(reason.code, reason.args)) : reason.message;
}

export function useErrorText() {
  const sentence = useSentence();
  return (error: unknown): string => {
    if (isApiError(error))
      return sentence({ code: error.code, message: error.message, args: error.args });
    return error instanceof Error ? error.message : String(error);
  };
}
