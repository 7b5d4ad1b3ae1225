// footprint.mjs: memory after work, and the time from nothing to ready, with few and with many products.
import { spawn } from 'node:child_process';
import http from 'node:http';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hub, binary, sleep } from '../e2e/house.mjs';
import { atRest, countOf, filledHouse } from './filled.mjs';
import { memoryOf, monoUs, wrk } from './tools.mjs';
import { result, spread } from './figures.mjs';

async function emptyHub() {
  const folder = mkdtempSync(join(tmpdir(), 'bedesten-bench-'));
  const hub = new Hub(folder, { hooks: false });
  try {
    await hub.start();
    return memoryOf(hub.program.child.pid);
  } finally {
    await hub.program?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

// A busy day in a minute: stock edits of up to 500 rows, orders, and people who look at lists.
async function work(house, quick) {
  const { hub, simulator, items } = house;
  const rows = Math.min(500, items.length);
  for (let i = 0; i < (quick ? 5 : 20); i++) {
    const edits = Array.from({ length: rows }, (_, n) => ({ sku: items[(i * rows + n) % items.length].sku, set: 14000 + i }));
    await hub.post('/stock/edits', { edits });
  }
  for (let i = 0; i < 20; i++)
    await simulator.post('/control/orders', { seller: house.sellers[i % 2], lines: [{ barcode: items[i].barcode, quantity: 1 }], count: 25 });
  const headers = { authorization: `Bearer ${hub.token}` };
  for (const path of ['/listings?limit=500', '/products?limit=500', '/orders?limit=500', '/calls?limit=100'])
    await wrk(`${hub.url}/api/v1${path}`, { seconds: 1, connections: 16, headers });
  await atRest(hub);
}

async function memoryWith(house, empty, quick) {
  const { hub } = house;
  await work(house, quick);
  const { resident, most, threads } = memoryOf(hub.program.child.pid);
  return result({
    name: `memory, ${house.items.length} products`, unit: 'MiB',
    what: `resident memory after stock edits, 500 orders and lists read on 16 connections; ${house.items.length} products on ${house.stores.length} stores`,
    values: { value: resident },
    floor: { what: 'the same program just started on an empty database', values: { value: empty.resident } },
    goal: '≤ 200',
    more: { 'at most': most, threads },
  });
}

const isReady = (port) =>
  new Promise((done) => {
    http.get({ host: '127.0.0.1', port, path: '/readyz', agent: false }, (reply) => {
      reply.resume();
      done(reply.statusCode === 200);
    }).on('error', () => done(false));
  });

async function startTime(hub) {
  const at = monoUs();
  hub.program.start();
  while (!(await isReady(hub.port))) {
    if (hub.program.child.exitCode !== null) throw new Error(`it ended: ${hub.program.text().slice(-2000)}`);
    if (monoUs() - at > 60e6) throw new Error('not ready after a minute');
    await sleep(1);
  }
  return (monoUs() - at) / 1000;
}

async function versionTime() {
  const at = monoUs();
  const child = spawn(binary, ['--version'], { stdio: 'ignore' });
  await new Promise((done) => child.once('exit', done));
  return (monoUs() - at) / 1000;
}

async function coldStart(house, quick) {
  const { hub } = house;
  const orders = await countOf(hub, '/orders/count');
  const size = statSync(hub.db).size / 2 ** 20;
  const starts = [], killed = [], bare = [];
  await hub.program.stop();
  for (let i = 0; i < (quick ? 3 : 10); i++) {
    bare.push(await versionTime());
    starts.push(await startTime(hub));
    await hub.program.stop();
  }
  for (let i = 0; i < (quick ? 2 : 5); i++) {
    await startTime(hub);
    await hub.program.stop('SIGKILL');
    killed.push(await startTime(hub));
    await hub.program.stop();
  }
  return result({
    name: `cold start, ${house.items.length} products`, unit: 'ms',
    what: `from spawn until /readyz answers 200; database of ${size.toFixed(0)} MiB with ${orders} orders`,
    values: { p50: spread(starts).p50, most: Math.max(...starts) },
    floor: { what: 'spawn of `bedesten --version` until it ends', values: { p50: spread(bare).p50, most: Math.max(...bare) } },
    goal: '≤ 300',
    more: { 'after kill -9 p50': spread(killed).p50, 'after kill -9 most': Math.max(...killed) },
  });
}

export async function footprint({ quick }) {
  const results = [];
  const empty = await emptyHub();
  for (const products of quick ? [200, 2000] : [200, 10000]) {
    const house = await filledHouse({ products });
    try {
      results.push(await memoryWith(house, empty, quick));
      results.push(await coldStart(house, quick));
    } finally {
      await house.close();
    }
  }
  return results;
}
