import { ScrollArea, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { LiveEvent } from '../../shared/api/live';
import { targetOfEvent, useEventText } from '../../shared/lib/eventText';
import { When } from '../../shared/ui';

export function Inbox({ items, onGo }: { items: LiveEvent[]; onGo: () => void }) {
  const { t } = useTranslation('app');
  const text = useEventText();
  if (items.length === 0)
    return (
      <Text p="md" c="dimmed">
        {t('inbox.empty')}
      </Text>
    );
  return (
    <ScrollArea.Autosize mah={420}>
      {items.map((event) => {
        const { title, detail } = text(event);
        const target = targetOfEvent(event) ?? { to: '/' as const };
        return (
          <Link key={event.seq} {...target} className="b-inbox" onClick={onGo}>
            <div className="b-row">
              <Text fw={600} fz="sm">
                {title}
              </Text>
              <Text c="dimmed" fz="xs" component="span">
                <When at={event.at} />
              </Text>
            </div>
            <Text c="dimmed" fz="sm" className="b-wrap">
              {detail}
            </Text>
          </Link>
        );
      })}
    </ScrollArea.Autosize>
  );
}
