import { Spotlight, type SpotlightActionData } from '@mantine/spotlight';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../shared/api/session';
import { fold } from '../../shared/lib/fold';
import { nextLang, setLang } from '../../shared/lib/lang';
import {
  IconKeyboard,
  IconLanguage,
  IconLogout,
  IconMoon,
  IconPlus,
  IconSearch,
} from '../../shared/ui/icons';
import { PLACES } from './nav';
import type { Commands } from './useCommands';

const SEARCHED = ['orders', 'listings', 'products'] as const;

/** Ctrl-K: go to, act, find an order or a SKU. */
export function Palette({ commands }: { commands: Commands }) {
  const { t, i18n } = useTranslation('app');
  const navigate = useNavigate();
  const may = useMay();
  const [query, setQuery] = useState('');
  const q = query.trim();
  const other = nextLang(i18n.language);

  const places: SpotlightActionData[] = PLACES.filter((place) => may(place.right)).map((place) => ({
    id: place.key,
    label: t(`nav.${place.key}`),
    leftSection: <place.icon size={18} />,
    onClick: () => void navigate({ to: place.to }),
  }));
  const acts: SpotlightActionData[] = [
    ...(may('edit_stores')
      ? [
          {
            id: 'connect',
            label: t('palette.connect'),
            leftSection: <IconPlus size={18} />,
            onClick: () => void navigate({ to: '/stores/new' }),
          },
        ]
      : []),
    {
      id: 'scheme',
      label: t('scheme'),
      leftSection: <IconMoon size={18} />,
      onClick: commands.flipScheme,
    },
    {
      id: 'language',
      label: t('language', { to: other.toUpperCase() }),
      leftSection: <IconLanguage size={18} />,
      onClick: () => void setLang(other),
    },
    {
      id: 'keys',
      label: t('keys.title'),
      leftSection: <IconKeyboard size={18} />,
      onClick: commands.showKeys,
    },
    {
      id: 'out',
      label: t('signOut'),
      leftSection: <IconLogout size={18} />,
      onClick: commands.signOut,
    },
  ];
  const fits = (action: SpotlightActionData) => fold(action.label ?? '').includes(fold(q));
  const found: SpotlightActionData[] = q
    ? SEARCHED.map((key) => ({
        id: `find.${key}`,
        label: t(`palette.find.${key}`, { q }),
        leftSection: <IconSearch size={18} />,
        onClick: () => void navigate({ to: `/${key}`, search: { q } }),
      }))
    : [];

  return (
    <Spotlight
      shortcut="mod + K"
      query={query}
      onQueryChange={setQuery}
      actions={[...[...places, ...acts].filter(fits), ...found]}
      filter={(_, actions) => actions}
      nothingFound={t('palette.nothing')}
      limit={10}
      searchProps={{
        leftSection: <IconSearch size={18} aria-hidden />,
        placeholder: t('palette.open'),
        'aria-label': t('palette.open'),
      }}
    />
  );
}
