import i18n from 'i18next';

const exists = i18n.exists as (key: string, options: { ns: string }) => boolean;

/** Whether we have words for a key that comes from outside (a code, a kind). */
export const hasWord = (namespace: string, key: string): boolean => exists(key, { ns: namespace });
