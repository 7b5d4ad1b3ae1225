/**
 * keys.ts: the keyboard. Single letters act only outside of fields, and a person may switch them off
 * (WCAG 2.1.4).
 */
import { useEffect, useRef, useSyncExternalStore } from 'react';

const NAME = 'letter-keys';
const listeners = new Set<() => void>();

export const letterKeysOn = () => localStorage.getItem(NAME) !== 'off';

export function setLetterKeys(on: boolean) {
  if (on) localStorage.removeItem(NAME);
  else localStorage.setItem(NAME, 'off');
  listeners.forEach((listener) => listener());
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
export const useLetterKeys = () => useSyncExternalStore(subscribe, letterKeysOn);

const isField = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLInputElement && !['checkbox', 'radio', 'button'].includes(target.type)));

const isDialogOpen = () => document.querySelector('[role="dialog"][aria-modal="true"]') !== null;

/** Calls `act` for keys pressed outside of fields and dialogs; `act` says whether it used the key. */
export function useLetters(act: (key: string, event: KeyboardEvent) => boolean) {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isField(event.target) || isDialogOpen()) return;
      if (event.key.length === 1 && !letterKeysOn()) return;
      if (latest.current(event.key, event)) event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
