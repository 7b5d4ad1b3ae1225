// with-house.mjs COMMAND ...: starts a hub with the demo data and its simulator, runs COMMAND in panel/
// with their addresses in the environment, and ends everything.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hub, Simulator, binary } from './house.mjs';

const folder = mkdtempSync(join(tmpdir(), 'bedesten-'));
const simulator = new Simulator(folder, 1);
const hub = new Hub(folder);
let code = 1;
try {
  await simulator.start();
  const demo = hub.command(['demo', '--simulator', simulator.url]);
  if (demo.code !== 0) throw new Error(`demo: ${demo.err}`);
  await hub.start();
  const [program, ...words] = process.argv.slice(2);
  const child = spawn(program, words, {
    cwd: 'panel',
    stdio: 'inherit',
    env: {
      ...process.env,
      BEDESTEN_URL: hub.url,
      BEDESTEN_SANDBOX_URL: simulator.url,
      BEDESTEN_EMAIL: 'demo@bedesten.example',
      BEDESTEN_PASSWORD: 'bedesten-demo',
    },
  });
  code = await new Promise((done) => child.once('exit', (c) => done(c ?? 1)));
} catch (error) {
  console.error(error.message, hub.program?.text().slice(-3000));
}
if (code !== 0) console.error(`binary ${binary}; log:\n${hub.program?.text().slice(-4000)}`);
await hub.program?.stop();
await simulator.program?.stop();
rmSync(folder, { recursive: true, force: true });
process.exit(code);
