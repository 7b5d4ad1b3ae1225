import { useTranslation } from 'react-i18next';
import { useFormat } from './format';
import { isApiError } from '../api/errors';
import type { Reason } from '../api/types';
import { hasWord } from './hasWord';

/* An argument that was not told leaves no empty brackets and no open colon behind. */
const tidy = (text: string) =>
  text
    .replace(/\{\{\w+\}\}/g, '')
    .replace(/ ?\(\s*\)/g, '')
    .replace(/:\s*$/, '.');

type Said = Pick<Reason, 'code' | 'message' | 'args'> & { kind?: string };

/** What a code says in the reader's language; the API's English when we have no words for it. */
export function useSentence() {
  const { t } = useTranslation('errors');
  const format = useFormat();
  const say = t as (code: string, args: Reason['args']) => string;
  return ({ kind, code, message, args }: Said): string => {
    if (hasWord('errors', code)) return tidy(say(code, format.args(args)));
    // Never the code alone: it tells a reader nothing.
    return message || (hasWord('errors', `kind.${kind}`) ? say(`kind.${kind}`, args) : '');
  };
}

export function useErrorText() {
  const sentence = useSentence();
  return (error: unknown): string => {
    if (isApiError(error)) return sentence(error);
    return error instanceof Error ? error.message : String(error);
  };
}
