import { useRef } from 'react';
import { newKey } from './client';
import { isApiError } from './errors';

/* What may have happened although we were told nothing. */
const isUnanswered = (error: unknown) =>
  !isApiError(error) || error.kind === 'offline' || error.status >= 500 || error.status === 429;

/**
 * The Idempotency-Key of what a form sends: the same while the same body is sent again after a lost
 * reply, a new one for another body and after an answer (which the server keeps under its key).
 */
export function useWriteKey() {
  const last = useRef<{ body: string; key: string }>(undefined);
  return {
    of: (body: unknown): string => {
      const text = JSON.stringify(body);
      if (last.current?.body !== text) last.current = { body: text, key: newKey() };
      return last.current.key;
    },
    settled: (_reply: unknown, error: unknown) => {
      if (error === null || !isUnanswered(error)) last.current = undefined;
    },
  };
}
