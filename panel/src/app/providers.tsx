import { DirectionProvider, MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { queryClient } from '../shared/api/query';
import { resolver, theme } from './theme';

/* The server may write a nonce into index.html; then style-src needs no 'unsafe-inline'. */
const nonce = () =>
  document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';

const MOST_TOASTS = 4;

export const Providers = ({ children }: { children: ReactNode }) => (
  <DirectionProvider detectDirection>
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      cssVariablesResolver={resolver}
      getStyleNonce={nonce}
    >
      <Notifications
        position="bottom-center"
        limit={MOST_TOASTS}
        zIndex={190}
        classNames={{ root: 'b-toasts' }}
      />
      <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>
    </MantineProvider>
  </DirectionProvider>
);
