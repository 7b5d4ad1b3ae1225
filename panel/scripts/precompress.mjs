// Puts a .gz and a .br beside every file that gets smaller by it; the binary serves them as they are.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const dist = 'dist';
rmSync(join(dist, '.vite'), { recursive: true, force: true });

const compressible = /\.(html|js|css|svg|json|txt|webmanifest)$/;
const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
let count = 0;
for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !compressible.test(entry.name)) continue;
  const file = join(entry.parentPath, entry.name);
  const raw = readFileSync(file);
  for (const [end, packed] of [
    ['.gz', gzipSync(raw, { level: 9 })],
    ['.br', brotliCompressSync(raw, brotli)],
  ]) {
    if (packed.length >= raw.length) continue;
    writeFileSync(file + end, packed);
    count += 1;
  }
}
console.log(`${count} precompressed files`);

// The program links the bundle in again when this file is newer.
writeFileSync(join(dist, '.stamp'), '');
