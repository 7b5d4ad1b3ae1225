import type { S } from './types';

export type ErrorKind = S['ErrorKind'] | 'offline';

/** Every failed call ends here: what the API's problem said, or that there was no answer. */
export class ApiError extends Error {
  readonly kind: ErrorKind;
  readonly status: number;
  readonly code: string;
  readonly args: Record<string, string>;
  readonly field?: string;
  readonly requestId?: string;
  readonly retryAt?: string;

  constructor(problem: Partial<Omit<S['Problem'], 'kind'>> & { kind: ErrorKind | undefined }) {
    super(problem.detail ?? problem.title ?? 'The server could not be reached.');
    this.kind = problem.kind ?? 'bug';
    this.status = problem.status ?? 0;
    this.code = problem.code ?? `kind.${this.kind}`;
    this.args = problem.args ?? {};
    this.field = problem.field;
    this.requestId = problem.request_id;
    this.retryAt = problem.retry_at;
  }
}

const KIND_OF_STATUS: Record<number, ErrorKind> = {
  401: 'signed_out',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  429: 'rate_limited',
  502: 'unavailable',
  503: 'unavailable',
  504: 'unavailable',
};

/** A reply that is not a problem (a proxy's page, an empty body) still gets a kind. */
export async function errorOf(response: Response): Promise<ApiError> {
  const fallback = KIND_OF_STATUS[response.status] ?? (response.status < 500 ? 'invalid' : 'bug');
  let problem: Partial<S['Problem']> = {};
  try {
    const body: unknown = await response.clone().json();
    if (typeof body === 'object' && body !== null) problem = body;
  } catch {
    // Not JSON: the status is all we know.
  }
  return new ApiError({
    ...problem,
    status: response.status,
    kind: problem.kind ?? fallback,
    detail: problem.detail ?? `${response.status} ${response.statusText}`.trim(),
    request_id: problem.request_id ?? response.headers.get('X-Request-Id') ?? undefined,
  });
}

export const isApiError = (error: unknown): error is ApiError => error instanceof ApiError;
/** What comes of a call that got no answer at all. */
export const offline = (cause: unknown) =>
  new ApiError({ kind: 'offline', detail: cause instanceof Error ? cause.message : undefined });
