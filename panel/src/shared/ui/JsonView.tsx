import { Button, Group } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from './CopyButton';

const OPEN_DEPTH = 3;
const STEP = 100;
const LARGEST = 1_000_000;

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

function parse(text: string): Json | undefined {
  if (text.length > LARGEST) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** A body as it was: a tree that folds when it is JSON, plain text when it is not. */
export function JsonView({ text, label }: { text: string; label: string }) {
  const { t } = useTranslation('common');
  const [raw, setRaw] = useState(false);
  if (!text) return <p className="b-dim">{t('json.empty')}</p>;
  const value = parse(text);
  return (
    <div className="b-json">
      <Group gap={4} justify="flex-end">
        {value !== undefined && (
          <Button size="compact-sm" variant="subtle" color="gray" onClick={() => setRaw(!raw)}>
            {raw ? t('json.tree') : t('json.raw')}
          </Button>
        )}
        <CopyButton value={text} label={label} />
      </Group>
      <div className="b-json-box" tabIndex={0} role="region" aria-label={label}>
        {value === undefined || raw ? <pre>{text}</pre> : <Value value={value} depth={0} />}
      </div>
    </div>
  );
}

function Value({ value, depth, name }: { value: Json; depth: number; name?: string }): ReactNode {
  if (value !== null && typeof value === 'object')
    return <Branch value={value} depth={depth} name={name} />;
  const kind = value === null ? 'null' : typeof value;
  return (
    <div className="b-json-line">
      {name !== undefined && <Name name={name} />}
      <span data-kind={kind}>{JSON.stringify(value)}</span>
    </div>
  );
}

const Name = ({ name }: { name: string }) => <span className="b-json-name">{name}: </span>;

function Branch({
  value,
  depth,
  name,
}: {
  value: Json[] | { [name: string]: Json };
  depth: number;
  name?: string;
}) {
  const { t } = useTranslation('common');
  const [open, setOpen] = useState(depth < OPEN_DEPTH);
  const [shown, setShown] = useState(STEP);
  const isList = Array.isArray(value);
  const entries = Object.entries(value);
  const [start, end] = isList ? ['[', ']'] : ['{', '}'];
  return (
    <div className="b-json-line">
      <button
        type="button"
        className="b-json-fold"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {name !== undefined && <Name name={name} />}
        {start}
        {!open && (
          <>
            <span className="b-dim"> {t('json.entries', { count: entries.length })} </span>
            {end}
          </>
        )}
      </button>
      {open && (
        <>
          <div className="b-json-in">
            {entries.slice(0, shown).map(([key, item]) => (
              <Value key={key} name={isList ? undefined : key} value={item} depth={depth + 1} />
            ))}
            {entries.length > shown && (
              <Button size="compact-sm" variant="subtle" onClick={() => setShown(shown + STEP)}>
                {t('json.more', { count: entries.length - shown })}
              </Button>
            )}
          </div>
          <span>{end}</span>
        </>
      )}
    </div>
  );
}
