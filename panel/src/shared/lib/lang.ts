import i18n from 'i18next';

export const LANGS = ['tr', 'en'] as const;
export type Lang = (typeof LANGS)[number];

export const isLang = (value: unknown): value is Lang => LANGS.includes(value as Lang);

/** The language a person chose before, else the browser's, else Turkish. */
export function savedLang(): Lang {
  const saved = localStorage.getItem('lang');
  if (isLang(saved)) return saved;
  return navigator.language.toLowerCase().startsWith('en') ? 'en' : 'tr';
}

export async function setLang(lang: Lang) {
  await i18n.changeLanguage(lang);
  localStorage.setItem('lang', lang);
  document.documentElement.lang = lang;
}

export const nextLang = (lang: string): Lang =>
  LANGS[(LANGS.findIndex((l) => l === lang) + 1) % LANGS.length]!;
