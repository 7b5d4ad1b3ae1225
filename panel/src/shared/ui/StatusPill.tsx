import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { TONES, type StatusFamily, type StatusOf, type Tone } from './tones';

/** Dot and word, never colour alone. */
export const Pill = ({
  tone,
  children,
  title,
}: {
  tone: Tone;
  children: ReactNode;
  title?: string;
}) => (
  <span className="b-pill" data-tone={tone} title={title}>
    {children}
  </span>
);

export function useStatusWord() {
  const { t } = useTranslation('common');
  return <F extends StatusFamily>(of: F, status: StatusOf<F>): string =>
    t(`status.${of}.${status}` as 'status.order.NEW');
}

interface StatusPillProps<F extends StatusFamily> {
  of: F;
  status: StatusOf<F>;
  title?: string;
}

export function StatusPill<F extends StatusFamily>({ of, status, title }: StatusPillProps<F>) {
  const word = useStatusWord();
  return (
    <Pill tone={TONES[of][status] as Tone} title={title}>
      {word(of, status)}
    </Pill>
  );
}
