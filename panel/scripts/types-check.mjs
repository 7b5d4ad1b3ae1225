// Fails when schema.d.ts is not what the API's description gives today.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'bedesten-types-'));
const fresh = join(folder, 'schema.d.ts');
try {
  execFileSync(
    'node_modules/.bin/openapi-typescript',
    ['../docs/openapi/bedesten.yaml', '-o', fresh, '--empty-objects-unknown'],
    { stdio: 'ignore' },
  );
  if (readFileSync(fresh, 'utf8') !== readFileSync('src/shared/api/schema.d.ts', 'utf8')) {
    console.error('schema.d.ts is older than docs/openapi/bedesten.yaml: run `npm run types`');
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}
