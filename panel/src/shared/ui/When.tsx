import { useFormat } from '../lib/format';
import { useNow } from '../lib/now';

interface WhenProps {
  at: string | null | undefined;
  /** "ago" moves with the clock, "date" stands, "clock" has milliseconds. */
  as?: 'ago' | 'date' | 'clock';
}

/** The only drawer of time; the exact moment is in the tooltip. */
export function When({ at, as = 'ago' }: WhenProps) {
  const format = useFormat();
  const now = useNow();
  if (!at) return <span className="b-dim">–</span>;
  const text =
    as === 'ago' ? format.ago(at, now) : as === 'date' ? format.dateTime(at) : format.clock(at);
  return (
    <time dateTime={at} title={format.exact(at)} className="b-tabular">
      <bdi>{text}</bdi>
    </time>
  );
}
