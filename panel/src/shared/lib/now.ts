import { useSyncExternalStore } from 'react';

// One clock for the whole page, so that "3 min ago" moves everywhere at once and costs one timer.
const TICK = 10_000;
let now = Date.now();
let timer = 0;
const listeners = new Set<() => void>();

const subscribe = (listener: () => void) => {
  if (listeners.size === 0) {
    now = Date.now();
    timer = window.setInterval(() => {
      now = Date.now();
      listeners.forEach((l) => l());
    }, TICK);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) window.clearInterval(timer);
  };
};

export const useNow = () => useSyncExternalStore(subscribe, () => now);
