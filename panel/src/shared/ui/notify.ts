import { notifications } from '@mantine/notifications';
import i18n from 'i18next';
import type { ReactNode } from 'react';

const LEAVE_MS = 6_000;
export type Level = 'info' | 'success' | 'warning' | 'error';
const COLOR = { info: 'blue.7', success: 'green.8', warning: 'yellow.8', error: 'red.8' } as const;

interface Toast {
  level?: Level;
  title?: string;
  message: ReactNode;
  /** Toasts of one key replace each other: "12 new orders" instead of twelve toasts. */
  key?: string;
}

export const unnotify = (key: string) => notifications.hide(key);

/** A short word at the edge of the page; an error stays until it is closed. */
export function notify({ level = 'info', title, message, key }: Toast) {
  const toast = {
    id: key,
    title,
    message,
    color: COLOR[level],
    autoClose: level === 'error' ? (false as const) : LEAVE_MS,
    withBorder: true,
    role: level === 'error' ? 'alert' : 'status',
    closeButtonProps: { 'aria-label': i18n.t('action.close', { ns: 'common' }) },
  };
  notifications.show(toast);
  if (key) notifications.update({ ...toast, id: key });
}
