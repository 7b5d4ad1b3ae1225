import i18n from 'i18next';

/** For a route's loader: a feature's words come together with its code. */
export const words = (namespace: string) => () => i18n.loadNamespaces(namespace);
