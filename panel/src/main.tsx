import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import './app/tokens.css';
import './app/app.css';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { startWords } from './app/i18n';
import { Providers } from './app/providers';
import { router } from './app/router';
import { queryClient } from './shared/api/query';
import { sessionQuery } from './shared/api/session';
import { onSignedOut } from './shared/api/token';

const atSignIn = () => location.pathname === '/login';

// After an update an open tab asks for chunks that are gone: fetched anew, but not in a circle.
const RELOAD_PAUSE_MS = 60_000;
window.addEventListener('vite:preloadError', (event) => {
  if (Date.now() - Number(sessionStorage.getItem('reloaded-at')) < RELOAD_PAUSE_MS) return;
  sessionStorage.setItem('reloaded-at', String(Date.now()));
  event.preventDefault();
  location.reload();
});

onSignedOut(() => {
  queryClient.clear();
  if (!atSignIn())
    void router.navigate({ to: '/login', search: { next: router.state.location.href } });
});

// What the first screen needs starts together: words, session, shell.
if (!atSignIn()) {
  void queryClient.prefetchQuery(sessionQuery);
  void import('./app/shell/Shell');
}
await startWords();

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Providers>
      <RouterProvider router={router} />
    </Providers>
  </StrictMode>,
);
