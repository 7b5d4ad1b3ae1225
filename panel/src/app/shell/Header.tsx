import {
  ActionIcon,
  Avatar,
  Burger,
  Group,
  Indicator,
  Kbd,
  Menu,
  Popover,
  Text,
  UnstyledButton,
  VisuallyHidden,
} from '@mantine/core';
import { spotlight } from '@mantine/spotlight';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { LiveEvent, LiveState } from '../../shared/api/live';
import { useMe } from '../../shared/api/session';
import { nextLang, setLang } from '../../shared/lib/lang';
import { usePhone } from '../../shared/ui';
import {
  IconBell,
  IconKeyboard,
  IconLanguage,
  IconLogout,
  IconMoon,
  IconSearch,
  IconSun,
} from '../../shared/ui/icons';
import { Inbox } from './Inbox';
import type { Commands } from './useCommands';

interface HeaderProps {
  menuOpen: boolean;
  onMenu: () => void;
  live: LiveState;
  inbox: { items: LiveEvent[]; unread: number; opened: boolean; toggle: (open: boolean) => void };
  commands: Commands;
}

export function Header({ menuOpen, onMenu, live, inbox, commands }: HeaderProps) {
  const { t } = useTranslation('app');
  const me = useMe();
  const phone = usePhone();
  return (
    <Group h="100%" px="md" gap="sm" wrap="nowrap" justify="space-between">
      <Group gap="sm" wrap="nowrap" miw={0}>
        <Burger
          opened={menuOpen}
          onClick={onMenu}
          hiddenFrom="sm"
          size="sm"
          aria-label={t('menu')}
          aria-expanded={menuOpen}
        />
        <Link to="/" className="b-brand" aria-label={t('home')}>
          <img src="/favicon.svg" alt="" width={24} height={24} />
          <Text fw={700} fz="lg" lts="-0.01em" visibleFrom="xs">
            Bedesten
          </Text>
        </Link>
        {me && <span className="b-company b-ellipsis">{me.company.name}</span>}
      </Group>
      <UnstyledButton className="b-search" onClick={spotlight.open} aria-keyshortcuts="Control+K">
        <IconSearch size={phone ? 18 : 15} aria-hidden />
        <span className="b-search-label">{t('palette.open')}</span>
        <Kbd size="xs" className="b-search-kbd" aria-hidden>
          Ctrl K
        </Kbd>
      </UnstyledButton>
      <Group gap={4} wrap="nowrap">
        <span className="b-live" data-state={live} role="status" title={t(`live.${live}`)}>
          <span>{t(`live.${live}`)}</span>
        </span>
        {!phone && <Switches commands={commands} />}
        {!phone && <Bell {...inbox} />}
        <Account commands={commands} phone={phone} />
      </Group>
    </Group>
  );
}

function Switches({ commands }: { commands: Commands }) {
  const { t, i18n } = useTranslation('app');
  return (
    <>
      <ActionIcon
        size="lg"
        onClick={() => void setLang(nextLang(i18n.language))}
        aria-label={t('language', { to: nextLang(i18n.language).toUpperCase() })}
      >
        <IconLanguage size={18} />
      </ActionIcon>
      <ActionIcon size="lg" onClick={commands.flipScheme} aria-label={t('scheme')}>
        {commands.dark ? <IconSun size={18} /> : <IconMoon size={18} />}
      </ActionIcon>
    </>
  );
}

function Bell({ items, unread, opened, toggle }: HeaderProps['inbox']) {
  const { t } = useTranslation('app');
  return (
    <Popover
      width={360}
      position="bottom-end"
      shadow="md"
      withArrow
      opened={opened}
      onChange={toggle}
    >
      <Indicator label={unread} size={16} disabled={unread === 0} color="red.8" offset={5}>
        <Popover.Target>
          <ActionIcon
            size="lg"
            aria-label={t('inbox.button', { count: unread })}
            onClick={() => toggle(!opened)}
          >
            <IconBell size={18} />
          </ActionIcon>
        </Popover.Target>
      </Indicator>
      <Popover.Dropdown p={0} aria-label={t('inbox.title')}>
        <Inbox items={items} onGo={() => toggle(false)} />
      </Popover.Dropdown>
    </Popover>
  );
}

function Account({ commands, phone }: { commands: Commands; phone: boolean }) {
  const { t, i18n } = useTranslation('app');
  const me = useMe();
  const other = nextLang(i18n.language);
  return (
    <Menu position="bottom-end" width={240} shadow="md">
      <Menu.Target>
        <UnstyledButton className="b-account">
          <VisuallyHidden>{t('account')}</VisuallyHidden>
          <Avatar radius="xl" size={30} color="bedesten" name={me?.name} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {me?.name}
          <br />
          {me?.email}
        </Menu.Label>
        {phone && (
          <>
            <Menu.Item leftSection={<IconLanguage size={16} />} onClick={() => void setLang(other)}>
              {t('language', { to: other.toUpperCase() })}
            </Menu.Item>
            <Menu.Item leftSection={<IconMoon size={16} />} onClick={commands.flipScheme}>
              {t('scheme')}
            </Menu.Item>
          </>
        )}
        {!phone && (
          <Menu.Item leftSection={<IconKeyboard size={16} />} onClick={commands.showKeys}>
            {t('keys.title')}
          </Menu.Item>
        )}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={commands.signOut}>
          {t('signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
