// Says how many bytes each first screen fetches, gzipped, and fails above the budgets.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const KB = 1000;
const budgets = { login: 230 * KB, screen: 330 * KB, css: 50 * KB };
const dist = 'dist';
const manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8'));

const sizes = new Map();
const gz = (file) => {
  if (!sizes.has(file))
    sizes.set(file, gzipSync(readFileSync(join(dist, file)), { level: 9 }).length);
  return sizes.get(file);
};
/* A chunk and all that it imports at once. */
const withImports = (key, seen = new Set()) => {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const next of manifest[key].imports ?? []) withImports(next, seen);
  return seen;
};
const words = (folder) =>
  Object.keys(manifest).filter((key) => key.startsWith(`src/${folder}/locales/tr.json`));
const fetched = (keys) => {
  const all = new Set();
  for (const key of keys) withImports(key, all);
  return [...all];
};

const frame = ['index.html', ...words('app'), ...words('shared'), ...words('shared/errors')];
const shell = 'src/app/shell/Shell.tsx';
const screens = [
  {
    name: 'login',
    keys: [...frame, 'src/features/session/LoginPage.tsx', ...words('features/session')],
  },
];
for (const key of Object.keys(manifest)) {
  const page = /^src\/features\/(\w+)\/(\w+Page)\.tsx$/.exec(key);
  if (!page || page[2] === 'LoginPage') continue;
  screens.push({ name: page[2], keys: [...frame, shell, key, ...words(`features/${page[1]}`)] });
}

let failed = false;
const say = (name, bytes, budget) => {
  const over = bytes > budget;
  failed ||= over;
  console.log(
    `${over ? 'OVER ' : '     '}${name.padEnd(16)} ${(bytes / KB).toFixed(1).padStart(7)} kB of ${budget / KB}`,
  );
};
const fail = (words) => {
  failed = true;
  console.log(`OVER ${words}`);
};
for (const { name, keys } of screens) {
  const chunks = fetched(keys);
  const bytes = chunks.reduce((sum, key) => sum + gz(manifest[key].file), 0);
  say(name, bytes, name === 'login' ? budgets.login : budgets.screen);
  for (const key of chunks) {
    const head = readFileSync(join(dist, manifest[key].file), 'utf8');
    if (/zrender|fc-view-harness/.test(head))
      fail(`${name}: ${key} holds a library that must be lazy`);
  }
}
const css = new Set(['boot.css', ...Object.values(manifest).flatMap((chunk) => chunk.css ?? [])]);
say(
  'all CSS',
  [...css].reduce((sum, file) => sum + gz(file), 0),
  budgets.css,
);
if (screens.length < 2) fail('no screens found in the manifest');
process.exitCode = failed ? 1 : 0;
