import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { marketplacesQuery } from '../../../shared/api/stores';
import { isLang } from '../../../shared/lib/lang';

/** What a marketplace's setting is called, in words; its own name when no connector tells. */
export function useSettingTitle() {
  const { i18n } = useTranslation();
  const lang = isLang(i18n.language) ? i18n.language : 'en';
  const marketplaces = useQuery(marketplacesQuery).data?.items ?? [];
  return (marketplace: string | undefined, name: string): string => {
    const settings = marketplaces
      .filter(({ key }) => marketplace === undefined || key === marketplace)
      .flatMap((one) => one.settings);
    return settings.find((setting) => setting.name === name)?.title[lang] ?? name;
  };
}
