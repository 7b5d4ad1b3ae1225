import type { S } from '../api/types';

export type Tone = 'ok' | 'info' | 'warn' | 'bad' | 'mute';

/**
 * What a status means, the same everywhere: ok = as it should be; info = under way; warn = soon a
 * problem; bad = a person must act; mute = over or put aside. A new status of the API does not compile
 * until it has a tone (here) and a word (shared/locales, `status`).
 */
export const TONES = {
  order: {
    HELD: 'warn',
    NEW: 'info',
    PICKING: 'info',
    READY: 'info',
    SHIPPED: 'info',
    DELIVERED: 'ok',
    CANCELLED: 'mute',
    RETURN_REQUESTED: 'warn',
    RETURNED: 'mute',
    UNDELIVERED: 'bad',
    SUPERSEDED: 'mute',
    UNKNOWN: 'warn',
  } satisfies Record<S['OrderStatus'], Tone>,
  listing: {
    in_sync: 'ok',
    waiting: 'info',
    sent: 'info',
    unknown: 'warn',
    refused: 'bad',
    drifted: 'warn',
    unseen: 'mute',
  } satisfies Record<S['ListingSync'], Tone>,
  store: {
    active: 'ok',
    paused: 'mute',
    disconnected: 'bad',
  } satisfies Record<S['StoreState'], Tone>,
  job: {
    waiting: 'info',
    running: 'info',
    done: 'ok',
    dead: 'bad',
  } satisfies Record<S['JobState'], Tone>,
} as const;

export type StatusFamily = keyof typeof TONES;
export type StatusOf<F extends StatusFamily> = keyof (typeof TONES)[F] & string;

export const statusesOf = <F extends StatusFamily>(family: F) =>
  Object.keys(TONES[family]) as StatusOf<F>[];
