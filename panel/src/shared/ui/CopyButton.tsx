import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { IconCheck, IconCopy } from './icons';

interface CopyProps {
  value: string;
  /** What it copies: "Request id". */
  label: string;
  /** Says the label and the value instead of an icon alone. */
  shown?: boolean;
}

export function CopyButton({ value, label, shown }: CopyProps) {
  const { t } = useTranslation('common');
  const clipboard = useClipboard({ timeout: 1500 });
  const Sign = clipboard.copied ? IconCheck : IconCopy;
  const words = clipboard.copied ? t('action.copied') : t('action.copy', { what: label });
  if (shown)
    return (
      <Button
        size="xs"
        variant="subtle"
        color="gray"
        leftSection={<Sign size={14} aria-hidden />}
        onClick={() => clipboard.copy(value)}
        aria-label={words}
      >
        {label}: <span className="b-mono">{value}</span>
      </Button>
    );
  return (
    <Tooltip label={words}>
      <ActionIcon size={26} onClick={() => clipboard.copy(value)} aria-label={words}>
        <Sign size={14} />
      </ActionIcon>
    </Tooltip>
  );
}
