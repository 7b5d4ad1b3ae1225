import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { LiveEvent } from '../../../shared/api/live';
import { isTelling, targetOfEvent, toneOfEvent, useEventText } from '../../../shared/lib/eventText';
import { Card, Loaded, Pill, When } from '../../../shared/ui';
import { eventsQuery } from '../api';

const SHOWN = 20;

/** What changed last; moves by itself. */
export function Feed() {
  const { t } = useTranslation('dashboard');
  const events = useQuery(eventsQuery);
  return (
    <Card title={t('feed.title')} flush>
      <Loaded query={events}>
        {({ items: all }) => {
          const items = all.filter(isTelling).slice(0, SHOWN);
          return items.length === 0 ? (
            <p className="b-card-body b-dim">{t('feed.empty')}</p>
          ) : (
            <ol className="b-list b-feed" tabIndex={0} aria-label={t('feed.title')}>
              {items.map((event) => (
                <Entry key={event.seq} event={event} />
              ))}
            </ol>
          );
        }}
      </Loaded>
    </Card>
  );
}

function Entry({ event }: { event: LiveEvent }) {
  const text = useEventText();
  const { title, detail } = text(event);
  const target = targetOfEvent(event);
  return (
    <li>
      <div className="b-row">
        <Pill tone={toneOfEvent(event)}>{title}</Pill>
        <span className="b-dim">
          <When at={event.at} />
        </span>
      </div>
      {detail && (
        <div className="b-wrap">
          {target ? (
            <Link {...target} className="b-link">
              {detail}
            </Link>
          ) : (
            detail
          )}
        </div>
      )}
    </li>
  );
}
