import { Drawer } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { usePhone } from './usePhone';

interface SidePanelProps {
  opened: boolean;
  title: ReactNode;
  onClose: () => void;
  size?: number;
  children: ReactNode;
}

/** What one row is about, beside its list; the whole window on a phone. Esc closes, focus goes back. */
export function SidePanel({ opened, title, onClose, size = 600, children }: SidePanelProps) {
  const { t } = useTranslation('common');
  const phone = usePhone();
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      title={title}
      position="right"
      size={phone ? '100%' : size}
      padding="md"
      classNames={{ content: 'b-side', header: 'b-side-head', title: 'b-side-title' }}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      {children}
    </Drawer>
  );
}
