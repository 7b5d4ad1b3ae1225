/**
 * client.ts: the one data provider. Types come from docs/openapi/bedesten.yaml (`npm run types`); a
 * wrong path, parameter or field does not compile.
 */
import i18n from 'i18next';
import createClient, { type Middleware } from 'openapi-fetch';
import { errorOf } from './errors';
import type { paths } from './schema';
import { fetchSigned } from './token';

const WRITES = new Set(['POST', 'PUT', 'PATCH']);
// What signs in or out has no token to send and no key to keep.
const isSessionCall = (url: string) => /\/api\/v1\/session$/.test(new URL(url).pathname);

const headers: Middleware = {
  onRequest({ request }) {
    request.headers.set('Accept-Language', i18n.language ?? 'tr');
    if (
      WRITES.has(request.method) &&
      !isSessionCall(request.url) &&
      !request.headers.has('Idempotency-Key')
    )
      request.headers.set('Idempotency-Key', newKey());
    return request;
  },
  async onResponse({ response }) {
    if (!response.ok) throw await errorOf(response);
  },
};

/** A key for one intended write: kept by a form, so that sending it again changes nothing twice. */
export const newKey = () =>
  typeof crypto.randomUUID === 'function'
    ? crypto.randomUUID()
    : // Plain HTTP on a name other than localhost has no randomUUID.
      [...crypto.getRandomValues(new Uint8Array(16))]
        .map((byte) => byte.toString(16).padStart(2, '0'))
        .join('');

export const api = createClient<paths>({
  baseUrl: `${location.origin}/api/v1`,
  fetch: (request) =>
    request.method === 'POST' && isSessionCall(request.url) ? fetch(request) : fetchSigned(request),
});
api.use(headers);

/** openapi-fetch gives {data, error}; the middleware has thrown what was not ok. */
export const unwrap = async <T>(reply: Promise<{ data?: T }>): Promise<T> =>
  (await reply).data as T;
