import type { components } from './schema';

/** The API's own shapes: S['Order'], S['Money'] … */
export type S = components['schemas'];
export type Right = S['Right'];
export type Money = S['Money'];
/** A reason as the API tells it: `code` is the key of the sentence, `message` the same in English. */
export type Reason = Pick<S['Reason'], 'code' | 'message' | 'args'>;
/** How a list is filled: pages by cursor, never counted. */
export interface Listed<T> {
  items: T[];
  next: string | null;
  prev: string | null;
}
