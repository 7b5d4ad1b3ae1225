/**
 * search.ts: what a page keeps in the URL, as flat readable text (`?status=NEW&q=kupa`), and the
 * readers that turn anybody's URL into it.
 */
export type RawSearch = Record<string, unknown>;

export const text = (value: unknown) =>
  typeof value === 'string' && value !== '' ? value.slice(0, 200) : undefined;

export const oneOf =
  <T extends string>(allowed: readonly T[]) =>
  (value: unknown) =>
    allowed.includes(value as T) ? (value as T) : undefined;

export const id = (value: unknown) =>
  typeof value === 'string' && /^[0-9]{1,19}$/.test(value) ? value : undefined;

export const flag = (value: unknown) => (value === '1' ? ('1' as const) : undefined);

export const PAGE_SIZES = ['25', '50', '100', '250', '500'] as const;
const size = oneOf(PAGE_SIZES);

/** Where in a list one is: an opaque cursor, and how many rows stand before it. */
export interface Place {
  cursor?: string;
  from?: string;
  limit?: (typeof PAGE_SIZES)[number];
}
export const place = (raw: RawSearch): Place => ({
  cursor: typeof raw.cursor === 'string' && raw.cursor ? raw.cursor : undefined,
  from: id(raw.from),
  limit: size(raw.limit),
});
export const PAGE_SIZE = 50;
export const limitOf = (at: Place) => Number(at.limit ?? PAGE_SIZE);

export const parseSearch = (query: string): RawSearch =>
  Object.fromEntries(new URLSearchParams(query));

export const stringifySearch = (search: RawSearch) => {
  const out = new URLSearchParams();
  for (const [name, value] of Object.entries(search))
    if (value !== undefined && value !== null && value !== '') out.set(name, String(value));
  const query = out.toString();
  return query && `?${query}`;
};
