/**
 * token.ts: the access token, in memory only, and how a new one comes of the HttpOnly cookie.
 * However many calls meet a 401 at once, one refresh is sent: by this tab (one promise) and, where the
 * browser has locks, by all tabs one after the other.
 */
import { ApiError, errorOf, offline } from './errors';
import type { S } from './types';

let token: string | null = null;
let refreshing: Promise<S['Session']> | null = null;
let whenOut: (() => void) | undefined;

export const accessToken = () => token;
export const keepToken = (value: string | null) => {
  token = value;
};
/** Called when the session is over for good: the app shows the sign-in. */
export const onSignedOut = (act: () => void) => {
  whenOut = act;
};

async function askForToken(): Promise<S['Session']> {
  let response: Response;
  try {
    response = await fetch(new URL('/api/v1/session/refresh', location.origin), {
      method: 'POST',
      credentials: 'same-origin',
    });
  } catch (cause) {
    throw offline(cause);
  }
  if (!response.ok) throw await errorOf(response);
  const session = (await response.json()) as S['Session'];
  token = session.access_token;
  return session;
}

const inTurn = async (): Promise<S['Session']> =>
  navigator.locks ? await navigator.locks.request('bedesten-refresh', askForToken) : askForToken();

export function refresh(): Promise<S['Session']> {
  refreshing ??= inTurn().finally(() => {
    refreshing = null;
  });
  return refreshing;
}

/** fetch with the token; a 401 is tried once more with a new token. */
export async function fetchSigned(request: Request): Promise<Response> {
  const again = request.clone();
  const sent = token;
  const first = await send(request, sent);
  if (first.status !== 401) return first;
  try {
    if (token === sent) await refresh();
  } catch (cause) {
    if (cause instanceof ApiError && cause.kind !== 'signed_out') throw cause;
    token = null;
    whenOut?.();
    return first;
  }
  return send(again, token);
}

async function send(request: Request, bearer: string | null): Promise<Response> {
  if (bearer) request.headers.set('Authorization', `Bearer ${bearer}`);
  try {
    return await fetch(request);
  } catch (cause) {
    if (request.signal.aborted) throw cause;
    throw offline(cause);
  }
}
