import type { ReactNode } from 'react';
import type { Tone } from './tones';

interface KpiProps {
  label: string;
  value: ReactNode;
  hint?: ReactNode;
  /** Colours the number when it is not as it should be. */
  tone?: Tone;
}

export const Kpi = ({ label, value, hint, tone }: KpiProps) => (
  <div className="b-kpi">
    <span className="b-kpi-label">{label}</span>
    <span className="b-kpi-value" data-tone={tone}>
      {value}
    </span>
    {hint && <span className="b-kpi-hint">{hint}</span>}
  </div>
);
