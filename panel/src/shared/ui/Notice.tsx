import type { ReactNode } from 'react';
import type { Tone } from './tones';

interface NoticeProps {
  tone: Extract<Tone, 'bad' | 'warn' | 'info'>;
  title?: string;
  /** Read out at once: it came as an answer to what a person did. */
  role?: 'alert';
  action?: ReactNode;
  children?: ReactNode;
}

/** Something to know, or not as it should be, where it belongs, with the way to mend it. */
export const Notice = ({ tone, title, role, action, children }: NoticeProps) => (
  <div className="b-notice" data-tone={tone} role={role}>
    {title && <strong>{title}</strong>}
    {children && <div className="b-wrap">{children}</div>}
    {action && <div>{action}</div>}
  </div>
);
