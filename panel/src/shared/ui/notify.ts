import { notifications } from '@mantine/notifications';
import i18n from 'i18next';
import type { ReactNode } from 'react';

const LEAVE_MS = 6_000;
/* Under a resting mouse a toast's own clock stands still; this one does not. */
const GONE_MS = 15_000;
const MOST_ERRORS = 3;
export type Level = 'info' | 'success' | 'warning' | 'error';
const COLOR = { info: 'blue.7', success: 'green.8', warning: 'yellow.8', error: 'red.8' } as const;

interface Toast {
  level?: Level;
  title?: string;
  message: ReactNode;
  /** Toasts of one key replace each other: "12 new orders" instead of twelve toasts. */
  key?: string;
}

let made = 0;
let errors: string[] = [];
const leaving = new Map<string, number>();

export function unnotify(key: string) {
  errors = errors.filter((id) => id !== key);
  window.clearTimeout(leaving.get(key));
  leaving.delete(key);
  notifications.hide(key);
}

/** Errors stay until they are closed, so the oldest make room: a storm must not bury the page. */
function stay(id: string) {
  errors = [...errors.filter((other) => other !== id), id];
  for (const old of errors.slice(0, -MOST_ERRORS)) unnotify(old);
}

/** A short word at the edge of the page; an error stays until it is closed. */
export function notify({ level = 'info', title, message, key }: Toast) {
  const id = key ?? `toast.${++made}`;
  const toast = {
    id,
    title: title ?? (level === 'error' ? i18n.t('error.write', { ns: 'common' }) : undefined),
    message,
    color: COLOR[level],
    autoClose: level === 'error' ? (false as const) : LEAVE_MS,
    withBorder: true,
    role: level === 'error' ? 'alert' : 'status',
    closeButtonProps: { 'aria-label': i18n.t('action.close', { ns: 'common' }) },
  };
  notifications.show(toast);
  if (key) notifications.update(toast);
  window.clearTimeout(leaving.get(id));
  if (level === 'error') stay(id);
  else leaving.set(id, window.setTimeout(unnotify, GONE_MS, id));
}
