import { AppShell, Drawer } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../shared/api/session';
import { useLetters } from '../../shared/lib/keys';
import { usePhone } from '../../shared/ui';
import { useLive } from '../live';
import { BottomBar } from './BottomBar';
import { Header } from './Header';
import { Inbox } from './Inbox';
import { KeysHelp } from './KeysHelp';
import { LostBanner } from './LostBanner';
import { Nav } from './Nav';
import { PLACES } from './nav';
import { Palette } from './Palette';
import { useCommands } from './useCommands';
import { useInbox } from './useInbox';

const PREFIX_MS = 1500;

/* g then a letter goes somewhere, / goes to the page's search, ? shows the keys. */
function useShellKeys(showKeys: () => void) {
  const navigate = useNavigate();
  const may = useMay();
  const prefixAt = useRef(0);
  useLetters((key) => {
    if (Date.now() - prefixAt.current < PREFIX_MS) {
      prefixAt.current = 0;
      const place = PLACES.find((p) => p.letter === key && may(p.right));
      if (place) void navigate({ to: place.to });
      return place !== undefined;
    }
    if (key === 'g') {
      prefixAt.current = Date.now();
      return true;
    }
    if (key === '?') {
      showKeys();
      return true;
    }
    if (key !== '/') return false;
    const field = document.querySelector<HTMLInputElement>('[data-page-search]');
    field?.focus();
    return field !== null;
  });
}

/* A new page is told to whoever cannot see it: focus goes to its title. */
function useTitleFocus() {
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  const before = useRef<string>(undefined);
  useEffect(() => {
    const isFirst = before.current === undefined;
    const moved = before.current !== path;
    before.current = path;
    if (isFirst || !moved) return;
    document.querySelector<HTMLElement>('[data-page-title]')?.focus({ preventScroll: true });
  }, [path]);
}

export function Shell() {
  const { t } = useTranslation('app');
  const phone = usePhone();
  const [menuOpen, menu] = useDisclosure();
  const [keysOpen, keys] = useDisclosure();
  const [inboxOpen, setInboxOpen] = useState(false);
  const inbox = useInbox();
  const live = useLive(inbox.onEvents);
  const commands = useCommands(keys.open);
  useShellKeys(keys.open);
  useTitleFocus();
  const { markRead } = inbox;
  const toggleInbox = useCallback(
    (open: boolean) => {
      setInboxOpen(open);
      if (open) markRead();
    },
    [markRead],
  );

  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 232, breakpoint: 'sm', collapsed: { mobile: !menuOpen } }}
      padding={phone ? 12 : 16}
      transitionDuration={120}
    >
      <a className="skip" href="#main">
        {t('skip')}
      </a>
      <AppShell.Header className="b-header">
        <Header
          menuOpen={menuOpen}
          onMenu={menu.toggle}
          live={live}
          inbox={{ ...inbox, opened: inboxOpen && !phone, toggle: toggleInbox }}
          commands={commands}
        />
      </AppShell.Header>
      <AppShell.Navbar
        className="b-nav"
        p="xs"
        aria-label={t('mainNav')}
        inert={phone && !menuOpen} // off the screen, so out of the reach of keys and readers too
      >
        <Nav onGo={menu.close} />
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1}>
        <LostBanner state={live} />
        <Outlet />
      </AppShell.Main>
      {phone && <BottomBar unread={inbox.unread} onInbox={() => toggleInbox(true)} />}
      {phone && (
        <Drawer
          opened={inboxOpen}
          onClose={() => toggleInbox(false)}
          position="bottom"
          title={t('inbox.title')}
          closeButtonProps={{ 'aria-label': t('close') }}
        >
          <Inbox items={inbox.items} onGo={() => toggleInbox(false)} />
        </Drawer>
      )}
      <Palette commands={commands} />
      <KeysHelp opened={keysOpen} onClose={keys.close} />
    </AppShell>
  );
}
