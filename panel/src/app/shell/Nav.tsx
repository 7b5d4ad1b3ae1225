import { NavLink, ScrollArea } from '@mantine/core';
import { Link, useRouterState } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMay, useMe } from '../../shared/api/session';
import { IconUserCircle } from '../../shared/ui/icons';
import { isAt, NAV } from './nav';

export function Nav({ onGo }: { onGo: () => void }) {
  const { t } = useTranslation('app');
  const may = useMay();
  const me = useMe();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const groups = NAV.map((group) => ({
    ...group,
    places: group.places.filter((place) => may(place.right)),
  })).filter((group) => group.places.length > 0);
  return (
    <>
      <ScrollArea>
        {groups.map(({ group, places }) => (
          <div key={group} role="group" aria-label={t(`group.${group}`)} className="b-section">
            <div className="b-section-title" aria-hidden>
              {t(`group.${group}`)}
            </div>
            {places.map((place) => (
              <NavLink
                key={place.key}
                renderRoot={(props) => <Link to={place.to} {...props} />}
                label={t(`nav.${place.key}`)}
                leftSection={<place.icon size={17} stroke={1.6} aria-hidden />}
                active={isAt(place, path)}
                aria-current={isAt(place, path) ? 'page' : undefined}
                onClick={onGo}
                className="b-navlink"
              />
            ))}
          </div>
        ))}
      </ScrollArea>
      {me && (
        <div className="b-role">
          <IconUserCircle size={14} aria-hidden /> {t(`role.${me.role}`)}
        </div>
      )}
    </>
  );
}
