/** server.ts: a stubbed fetch that answers by method and path, and remembers what it was asked. */
import { vi } from 'vitest';
import type { S } from '../api/types';

export interface Asked {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: Headers;
  body: unknown;
}
type Answer = (asked: Asked) => unknown | Promise<unknown>;

export class Refusal {
  constructor(readonly problem: Partial<S['Problem']> & { status: number; kind: S['ErrorKind'] }) {}
}
export const refuse = (
  status: number,
  kind: S['ErrorKind'],
  code: string,
  args: Record<string, string> = {},
) => new Refusal({ status, kind, code, args, detail: `English of ${code}`, request_id: 'req-7' });

const replyOf = (value: unknown) => {
  if (value instanceof Response) return value;
  if (value === undefined) return new Response(null, { status: 204 });
  const refused = value instanceof Refusal;
  return new Response(JSON.stringify(refused ? value.problem : value), {
    status: refused ? value.problem.status : 200,
    headers: { 'Content-Type': refused ? 'application/problem+json' : 'application/json' },
  });
};

async function read(request: Request): Promise<Asked> {
  const url = new URL(request.url);
  const text = await request.text();
  return {
    method: request.method,
    path: url.pathname.replace('/api/v1', ''),
    query: Object.fromEntries(url.searchParams),
    headers: request.headers,
    body: text ? JSON.parse(text) : undefined,
  };
}

/** Routes are 'GET /orders' or 'GET /orders/:id'; what is not routed is refused as not found. */
export function serve(routes: Record<string, Answer>) {
  const asked: Asked[] = [];
  const find = (method: string, path: string) => {
    const key = Object.keys(routes).find((route) => {
      const [verb, pattern] = route.split(' ') as [string, string];
      return verb === method && new RegExp(`^${pattern.replace(/:\w+/g, '[^/]+')}$`).test(path);
    });
    return key === undefined ? undefined : routes[key];
  };
  vi.stubGlobal('fetch', async (input: RequestInfo | URL, init?: RequestInit) => {
    const one = await read(new Request(input, init));
    asked.push(one);
    const answer = find(one.method, one.path);
    return replyOf(answer ? await answer(one) : refuse(404, 'not_found', 'http.not_found'));
  });
  return {
    asked,
    of: (method: string, path: string) =>
      asked.filter((one) => one.method === method && one.path === path),
    route: (route: string, answer: Answer) => {
      routes[route] = answer;
    },
  };
}
