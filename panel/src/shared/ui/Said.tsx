import type { Reason } from '../api/types';
import { useSentence } from '../lib/sentence';

/** A reason in the reader's words, and the marketplace's own unless those hold them already. */
export function Said({ reason }: { reason: Reason }) {
  const ours = useSentence()(reason);
  const { message, args } = reason;
  const isHeld = ours.includes(message) || (args.said && ours.includes(args.said));
  return (
    <>
      {ours}
      {!isHeld && <div>{message}</div>}
    </>
  );
}
