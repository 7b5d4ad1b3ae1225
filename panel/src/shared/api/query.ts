import { QueryClient } from '@tanstack/react-query';
import { isApiError } from './errors';

const AGAIN = 2;
// Asking again helps only when the server was not there or broke; it never helps against a refusal.
const worthRepeating = (tries: number, error: unknown) =>
  tries < AGAIN && isApiError(error) && ['unavailable', 'bug'].includes(error.kind);

export const makeQueryClient = () =>
  new QueryClient({
    defaultOptions: {
      queries: { staleTime: 20_000, retry: worthRepeating, refetchOnWindowFocus: 'always' },
      mutations: { retry: false },
    },
  });

export const queryClient = makeQueryClient();
