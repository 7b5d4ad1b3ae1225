import i18n, { type BackendModule } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { savedLang } from '../shared/lib/lang';

type Words = { default: Record<string, unknown> };
// One file per language and feature, fetched when first needed.
const files = import.meta.glob<Words>([
  './locales/*.json',
  '../shared/locales/*.json',
  '../shared/errors/locales/*.json',
  '../features/*/locales/*.json',
]);

const folderOf = (namespace: string) =>
  ({ app: '.', common: '../shared', errors: '../shared/errors' })[namespace] ??
  `../features/${namespace}`;

const backend: BackendModule = {
  type: 'backend',
  init: () => {},
  read: (lang, namespace, done) => {
    const load = files[`${folderOf(namespace)}/locales/${lang}.json`];
    if (!load) return done(new Error(`no words for ${lang} ${namespace}`), null);
    load().then(
      (words) => done(null, words.default),
      (cause: Error) => done(cause, null),
    );
  },
};

export async function startWords() {
  const lang = savedLang();
  document.documentElement.lang = lang;
  await i18n
    .use(backend)
    .use(initReactI18next)
    .init({
      lng: lang,
      fallbackLng: false,
      ns: ['app', 'common', 'errors'],
      defaultNS: 'common',
      interpolation: { escapeValue: false }, // React escapes
      returnNull: false,
    });
}
