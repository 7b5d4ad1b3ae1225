import i18n from 'i18next';
import { initReactI18next } from 'react-i18next';
import errorsEn from '../errors/locales/en.json';
import errorsTr from '../errors/locales/tr.json';
import commonEn from '../locales/en.json';
import commonTr from '../locales/tr.json';

/** The shared words, for tests of shared parts; screens are tested with all of them (app/). */
export const startTestWords = () =>
  i18n.use(initReactI18next).init({
    lng: 'tr',
    fallbackLng: false,
    ns: ['common', 'errors'],
    defaultNS: 'common',
    interpolation: { escapeValue: false },
    resources: {
      tr: { common: commonTr, errors: errorsTr },
      en: { common: commonEn, errors: errorsEn },
    },
  });
