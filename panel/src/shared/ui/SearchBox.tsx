import { CloseButton, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { IconSearch } from './icons';

const PAUSE_MS = 250;

interface SearchBoxProps {
  label: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

/** Search in the page: `/` goes to it, it asks after a pause. */
export function SearchBox({ label, value, onChange }: SearchBoxProps) {
  const { t } = useTranslation('common');
  const [text, setText] = useState(value ?? '');
  const [known, setKnown] = useState(value);
  // The filter was changed elsewhere (cleared, another view): the field follows.
  if (value !== known) {
    setKnown(value);
    if ((value ?? '') !== text.trim()) setText(value ?? '');
  }
  useEffect(() => {
    const wanted = text.trim() || undefined;
    if (wanted === value) return;
    const timer = window.setTimeout(() => onChange(wanted), PAUSE_MS);
    return () => window.clearTimeout(timer);
  }, [text, value, onChange]);
  return (
    <TextInput
      size="xs"
      className="b-searchbox"
      type="search"
      data-page-search
      aria-label={label}
      placeholder={label}
      leftSection={<IconSearch size={14} aria-hidden />}
      rightSection={
        text && <CloseButton size="xs" aria-label={t('action.clear')} onClick={() => setText('')} />
      }
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') event.currentTarget.blur();
      }}
    />
  );
}
