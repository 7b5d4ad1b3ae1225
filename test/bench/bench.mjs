// bench.mjs [--only NAME]... [--quick] [--markdown] [--out FILE]: measures Bedesten, each figure beside a floor of the
// same run; prints a table and writes bench-results.json. docs/performance.md says what each means.
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { existsSync } from 'node:fs';

process.env.BEDESTEN_BINARY ??= 'build/release/src/main/bedesten';

// The live feed needs a WebSocket, which Node 20 only has when asked.
if (!globalThis.WebSocket) {
  const child = spawn(process.execPath, ['--experimental-websocket', ...process.argv.slice(1)], { stdio: 'inherit' });
  child.once('exit', (code) => process.exit(code ?? 1));
  await new Promise(() => {});
}

const { load, machine, markdown, table, write } = await import('./figures.mjs');
const measures = {
  stock: (await import('./stock_push.mjs')).stockPush,
  path: (await import('./order_path.mjs')).orderPath,
  orders: (await import('./orders.mjs')).orders,
  hooks: (await import('./hooks.mjs')).hooks,
  pages: (await import('./pages.mjs')).panelPages,
  footprint: (await import('./footprint.mjs')).footprint,
};

const fail = (message) => {
  console.error(message);
  process.exit(2);
};

let options;
try {
  options = parseArgs({
    options: {
      only: { type: 'string', multiple: true },
      quick: { type: 'boolean', default: false },
      out: { type: 'string', default: 'bench-results.json' },
      markdown: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  }).values;
} catch (error) {
  fail(`bench: ${error.message}`);
}
if (options.help) {
  console.log(`./dev bench [--only NAME]... [--quick] [--markdown] [--out FILE]\n\nNAME is one of: ${Object.keys(measures).join(', ')}`);
  process.exit(0);
}
const wanted = options.only ?? Object.keys(measures);
const unknown = wanted.find((name) => !measures[name]);
if (unknown) fail(`bench: there is no '${unknown}'; there is ${Object.keys(measures).join(', ')}`);
if (!existsSync(process.env.BEDESTEN_BINARY)) fail(`bench: ${process.env.BEDESTEN_BINARY} is missing: ./dev build makes it`);

const report = { ...machine(), quick: options.quick, results: [], failed: [] };
for (const name of wanted) {
  const at = Date.now();
  try {
    report.results.push(...(await measures[name](options)));
    console.error(`${name}: ${((Date.now() - at) / 1000).toFixed(0)} s`);
  } catch (error) {
    report.failed.push({ name, message: error.message });
    console.error(`${name}: ${error.stack}`);
  }
}
report.load_after = load();
write(options.out, report);
console.log(`\n${options.markdown ? markdown(report) : table(report)}`);
console.log(`\nWritten to ${options.out}.`);
process.exit(report.failed.length ? 1 : 0);
