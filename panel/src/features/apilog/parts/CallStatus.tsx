import { useTranslation } from 'react-i18next';
import { Pill, type Tone } from '../../../shared/ui';

const toneOf = (status: number): Tone => {
  if (status >= 200 && status < 300) return 'ok';
  if (status === 429) return 'warn';
  return status > 0 && status < 400 ? 'info' : 'bad';
};

export function CallStatus({ status }: { status: number }) {
  const { t } = useTranslation('apilog');
  return <Pill tone={toneOf(status)}>{status === 0 ? t('noReply') : status}</Pill>;
}
