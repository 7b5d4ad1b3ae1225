import { useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { signOut } from '../../shared/api/session';

/** What header, palette and keys can all do. */
export function useCommands(showKeys: () => void) {
  const navigate = useNavigate();
  const { setColorScheme } = useMantineColorScheme();
  const dark = useComputedColorScheme('light') === 'dark';
  return {
    dark,
    showKeys,
    flipScheme: () => setColorScheme(dark ? 'light' : 'dark'),
    signOut: () =>
      void signOut()
        .catch(() => undefined) // Signed out here whatever the server heard.
        .then(() => navigate({ to: '/login' })),
  };
}
export type Commands = ReturnType<typeof useCommands>;
