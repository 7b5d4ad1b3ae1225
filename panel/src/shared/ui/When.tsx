import { useTranslation } from 'react-i18next';
import { useFormat } from '../lib/format';
import { useNow } from '../lib/now';

interface WhenProps {
  at: string | null | undefined;
  /** "ago" moves with the clock, "date" stands, "clock" has milliseconds. */
  as?: 'ago' | 'date' | 'clock';
  /** It may lie ahead. Else it has happened, whatever this machine's clock says against the server's. */
  ahead?: boolean;
}

/* The page's clock moves every ten seconds: below that it has no word to say. */
const JUST_NOW_MS = 10_000;

/** The only drawer of time; the exact moment is in the tooltip. */
export function When({ at, as = 'ago', ahead = false }: WhenProps) {
  const { t } = useTranslation('common');
  const format = useFormat();
  const now = useNow();
  if (!at) return <span className="b-dim">–</span>;
  const justNow = as === 'ago' && !ahead && new Date(at).getTime() > now - JUST_NOW_MS;
  const text = justNow
    ? t('time.now')
    : as === 'ago'
      ? format.ago(at, now)
      : as === 'date'
        ? format.dateTime(at)
        : format.clock(at);
  return (
    <time dateTime={at} title={format.exact(at)} className="b-tabular">
      <bdi>{text}</bdi>
    </time>
  );
}
