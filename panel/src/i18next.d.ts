import 'i18next';
import type app from './app/locales/tr.json';
import type apilog from './features/apilog/locales/tr.json';
import type dashboard from './features/dashboard/locales/tr.json';
import type listings from './features/listings/locales/tr.json';
import type orders from './features/orders/locales/tr.json';
import type products from './features/products/locales/tr.json';
import type session from './features/session/locales/tr.json';
import type stores from './features/stores/locales/tr.json';
import type errors from './shared/errors/locales/tr.json';
import type common from './shared/locales/tr.json';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common';
    returnNull: false;
    resources: {
      app: typeof app;
      apilog: typeof apilog;
      common: typeof common;
      dashboard: typeof dashboard;
      errors: typeof errors;
      listings: typeof listings;
      orders: typeof orders;
      products: typeof products;
      session: typeof session;
      stores: typeof stores;
    };
  }
}
