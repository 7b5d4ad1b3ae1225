import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = join(import.meta.dirname, '..');
type Tree = { [name: string]: string | Tree };

const flat = (tree: Tree, before = ''): Map<string, string> =>
  new Map(
    Object.entries(tree).flatMap(([name, value]) =>
      typeof value === 'string' ? [[before + name, value]] : [...flat(value, `${before}${name}.`)],
    ),
  );
const words = (folder: string, lang: string) =>
  flat(JSON.parse(readFileSync(join(SRC, folder, 'locales', `${lang}.json`), 'utf8')) as Tree);

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' });
const folders = files
  .filter((file) => file.endsWith('locales/tr.json'))
  .map((file) => file.replace('/locales/tr.json', ''));
const sources = files.filter((file) => /\.tsx?$/.test(file) && !/\.(test|d)\.tsx?$/.test(file));
const textOf = (folder: string) =>
  sources
    .filter((file) => !relative(folder, file).startsWith('..'))
    .map((file) => readFileSync(join(SRC, file), 'utf8'))
    .join('\n');

const PLURAL = /_(zero|one|two|few|many|other)$/;
const names = (text: string) => [...text.matchAll(/\{\{(\w+)/g)].map((match) => match[1]!).sort();

// Keys of these come from the API: their use cannot be read in the source.
const FROM_OUTSIDE: Record<string, RegExp> = {
  'shared/errors': /./,
  shared: /^event\.about\./,
  'features/apilog': /^kind\./,
  'features/orders': /^timeline\.(detail\.)?\w+$/,
  'features/stores': /^check\.step\./,
};

/* A key is used as a literal, or under a template that starts as it does: `status.${of}…`. */
function isUsed(key: string, source: string) {
  if (source.includes(`'${key}'`) || source.includes(`:${key}'`)) return true;
  const parts = key.split('.');
  return parts.some((_, i) => i > 0 && source.includes(`\`${parts.slice(0, i).join('.')}.\${`));
}

describe('words', () => {
  it('are found for every feature', () => {
    expect(folders.length).toBeGreaterThanOrEqual(10);
  });

  describe.each(folders)('of %s', (folder) => {
    const tr = words(folder, 'tr');
    const en = words(folder, 'en');

    it('have the same keys in both languages', () => {
      expect([...en.keys()].sort()).toEqual([...tr.keys()].sort());
    });
    it('name the same things in both languages', () => {
      for (const [key, text] of tr)
        expect([key, names(en.get(key) ?? '')]).toEqual([key, names(text)]);
    });
    it('are never empty', () => {
      for (const [key, text] of [...tr, ...en]) expect([key, text.trim()]).not.toEqual([key, '']);
    });
    it('are all used', () => {
      // Shared words may be used anywhere; a feature's only by it.
      const source = folder === 'shared' ? textOf('.') : textOf(folder);
      const unused = [...tr.keys()].filter(
        (key) => !FROM_OUTSIDE[folder]?.test(key) && !isUsed(key.replace(PLURAL, ''), source),
      );
      expect(unused).toEqual([]);
    });
  });
});
