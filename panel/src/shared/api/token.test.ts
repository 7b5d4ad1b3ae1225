import { beforeEach, describe, expect, it, vi } from 'vitest';
import { session } from '../test/fixtures';
import { refuse, serve } from '../test/server';
import { api, unwrap } from './client';
import { ApiError } from './errors';
import { accessToken, keepToken, onSignedOut } from './token';

const expired = () => refuse(401, 'signed_out', 'session.expired');
const bearer = (headers: Headers) => headers.get('Authorization');

describe('calls', () => {
  const out = vi.fn();
  beforeEach(() => {
    keepToken('old');
    out.mockReset();
    onSignedOut(out);
  });

  it('refreshes once for many calls that meet a 401 together, and sends each again', async () => {
    const server = serve({
      'GET /stores': ({ headers }) =>
        bearer(headers) === 'Bearer token-1' ? { items: [], next: null, prev: null } : expired(),
      'POST /session/refresh': () => session(),
    });
    await Promise.all([1, 2, 3].map(() => unwrap(api.GET('/stores'))));
    expect(server.of('POST', '/session/refresh')).toHaveLength(1);
    expect(server.of('GET', '/stores')).toHaveLength(6);
    expect(accessToken()).toBe('token-1');
    expect(out).not.toHaveBeenCalled();
  });

  it('keeps the Idempotency-Key when a write is sent again', async () => {
    const server = serve({
      'POST /stores/1/pause': ({ headers }) =>
        bearer(headers) === 'Bearer token-1' ? {} : expired(),
      'POST /session/refresh': () => session(),
    });
    await api.POST('/stores/{id}/pause', { params: { path: { id: '1' } } });
    const keys = server
      .of('POST', '/stores/1/pause')
      .map((one) => one.headers.get('Idempotency-Key'));
    expect(keys).toHaveLength(2);
    expect(keys[0]).toBeTruthy();
    expect(keys[0]).toBe(keys[1]);
  });

  it('ends the session when the cookie is dead too', async () => {
    serve({ 'GET /stores': expired, 'POST /session/refresh': expired });
    await expect(unwrap(api.GET('/stores'))).rejects.toMatchObject({ kind: 'signed_out' });
    expect(out).toHaveBeenCalledOnce();
    expect(accessToken()).toBeNull();
  });

  it('does not sign out because the server was away while refreshing', async () => {
    serve({
      'GET /stores': expired,
      'POST /session/refresh': () => refuse(503, 'unavailable', 'db.busy'),
    });
    await expect(unwrap(api.GET('/stores'))).rejects.toMatchObject({ kind: 'unavailable' });
    expect(out).not.toHaveBeenCalled();
  });

  it('does not take a wrong password for an old token', async () => {
    const server = serve({ 'POST /session': () => refuse(401, 'signed_out', 'session.wrong') });
    await expect(
      unwrap(api.POST('/session', { body: { email: 'a@b.c', password: 'x' } })),
    ).rejects.toMatchObject({ code: 'session.wrong', requestId: 'req-7' });
    expect(server.asked).toHaveLength(1);
  });

  it('names what is not a problem by its status', async () => {
    serve({ 'GET /stores': () => new Response('<html>', { status: 502 }) });
    const error = await unwrap(api.GET('/stores')).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ kind: 'unavailable', code: 'kind.unavailable', status: 502 });
  });

  it('tells no answer from a refusal', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
    await expect(unwrap(api.GET('/stores'))).rejects.toMatchObject({ kind: 'offline' });
  });
});
