import { Link, useRouterState } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { IconBell } from '../../shared/ui/icons';
import { isAt, PLACES } from './nav';

const SHOWN = ['overview', 'orders', 'listings'] as const;

/** The phone's way to what is opened most, under the thumb. */
export function BottomBar({ unread, onInbox }: { unread: number; onInbox: () => void }) {
  const { t } = useTranslation('app');
  const path = useRouterState({ select: (state) => state.location.pathname });
  const places = SHOWN.map((key) => PLACES.find((place) => place.key === key)!);
  return (
    <nav className="b-bottom" aria-label={t('bottomBar')}>
      {places.map((place) => (
        <Link key={place.key} to={place.to} aria-current={isAt(place, path) ? 'page' : undefined}>
          <place.icon size={20} stroke={1.6} aria-hidden />
          {t(`nav.${place.key}`)}
        </Link>
      ))}
      <button type="button" onClick={onInbox}>
        <IconBell size={20} stroke={1.6} aria-hidden />
        {unread > 0 ? t('inbox.unread', { count: unread }) : t('inbox.title')}
      </button>
    </nav>
  );
}
