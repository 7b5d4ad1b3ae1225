import { Spotlight, spotlight } from '@mantine/spotlight';
import { useNavigate } from '@tanstack/react-router';
import { useState, type KeyboardEvent, type ReactNode } from 'react';
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

interface Command {
  id: string;
  label: string;
  leftSection: ReactNode;
  run: () => void;
}

const SEARCHED = ['orders', 'listings', 'products'] as const;

/** Ctrl-K: go to, act, find an order or a SKU. */
export function Palette({ commands }: { commands: Commands }) {
  const { t, i18n } = useTranslation('app');
  const navigate = useNavigate();
  const may = useMay();
  const [query, setQuery] = useState('');
  const q = query.trim();
  const other = nextLang(i18n.language);

  const places: Command[] = PLACES.filter((place) => may(place.right)).map((place) => ({
    id: place.key,
    label: t(`nav.${place.key}`),
    leftSection: <place.icon size={18} />,
    run: () => void navigate({ to: place.to }),
  }));
  const acts: Command[] = [
    ...(may('edit_stores')
      ? [
          {
            id: 'connect',
            label: t('palette.connect'),
            leftSection: <IconPlus size={18} />,
            run: () => void navigate({ to: '/stores/new' }),
          },
        ]
      : []),
    {
      id: 'scheme',
      label: t('scheme'),
      leftSection: <IconMoon size={18} />,
      run: commands.flipScheme,
    },
    {
      id: 'language',
      label: t('language', { to: other.toUpperCase() }),
      leftSection: <IconLanguage size={18} />,
      run: () => void setLang(other),
    },
    {
      id: 'keys',
      label: t('keys.title'),
      leftSection: <IconKeyboard size={18} />,
      run: commands.showKeys,
    },
    {
      id: 'out',
      label: t('signOut'),
      leftSection: <IconLogout size={18} />,
      run: commands.signOut,
    },
  ];
  const fits = (action: Command) => fold(action.label).includes(fold(q));
  const found: Command[] = q
    ? SEARCHED.map((key) => ({
        id: `find.${key}`,
        label: t(`palette.find.${key}`, { q }),
        leftSection: <IconSearch size={18} />,
        run: () => void navigate({ to: `/${key}`, search: { q } }),
      }))
    : [];

  const shown = [...[...places, ...acts].filter(fits), ...found];

  /* Spotlight marks the first result before React has drawn the new ones, and may mark one that goes. */
  const runFirst = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key !== 'Enter' || document.querySelector('[data-action][data-selected]')) return;
    event.preventDefault();
    spotlight.close();
    shown[0]?.run();
  };

  return (
    <Spotlight
      shortcut="mod + K"
      query={query}
      onQueryChange={setQuery}
      actions={shown.map(({ run, ...action }) => ({ ...action, onClick: run }))}
      filter={(_, actions) => actions}
      nothingFound={t('palette.nothing')}
      limit={10}
      searchProps={{
        leftSection: <IconSearch size={18} aria-hidden />,
        placeholder: t('palette.open'),
        'aria-label': t('palette.open'),
        onKeyDown: runFirst,
      }}
    />
  );
}
