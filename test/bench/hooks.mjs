// hooks.mjs: how many callbacks a second are stored before they are answered, every package a new one.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { callbacksOf, filledHouse, ordersOf, strangerOf } from './filled.mjs';
import { bareSqlite, monoUs, Nginx, warmWrk, wrk } from './tools.mjs';
import { result } from './figures.mjs';
import { until } from '../e2e/house.mjs';

// The hub's webhook at the simulator, and the key it shows there (src/domain/hook.c).
export async function hookOf(house, seller) {
  const { sellers } = await house.simulator.get('/control/sellers');
  const url = new URL(sellers.find((s) => s.id === seller).webhooks[0].url);
  const secret = url.pathname.split('/').at(-1);
  return { path: url.pathname, key: createHash('sha256').update(`hook key of ${secret}`).digest('hex') };
}

// A callback as the simulator writes it, with marks where each has its own.
export async function callbackText(house, seller) {
  const { barcode, sku } = house.items[0];
  const stranger = await strangerOf(house);
  const seen = await callbacksOf(house, stranger);
  await house.simulator.order(stranger.id, [{ barcode, quantity: 1 }]);
  const { text: callback } = await until('a callback', () => seen.values().next().value, 5000);
  const [p] = JSON.parse(callback).content;
  const own = [p.shipmentPackageId, p.orderNumber, ...p.lines.flatMap((l) => [l.lineId, ...l.discountDetails.map((d) => d.lineItemId)])];
  let text = callback.replaceAll(stranger.id, seller);
  for (const number of new Set(own)) text = text.replaceAll(number, '@N@');
  text = text.replaceAll(barcode, '@BARCODE@').replaceAll(sku, '@BARCODE@');
  const file = join(house.folder, 'callback.json');
  writeFileSync(file, text);
  return { file, bytes: callback.length };
}

export async function hooks({ quick }) {
  const seconds = quick ? 3 : 8;
  const house = await filledHouse({ products: 200 });
  try {
    const { hub } = house;
    const [seller] = house.sellers;
    const { file, bytes } = await callbackText(house, seller);
    const { path, key } = await hookOf(house, seller);
    const answer = '{"stored":1,"known":0}';
    const nginx = await house.with(new Nginx(house.folder, {
      locations: `location / { default_type application/json; return 200 '${answer}'; }`,
    }));
    const load = (run, more) => ({
      script: 'hook.lua', seconds, headers: { 'x-api-key': key },
      words: [file, run, ...house.items.slice(0, 50).map((i) => i.barcode)], ...more,
    });
    const bareMany = await warmWrk(`${nginx.url}${path}`, load(0));
    const bareFew = await wrk(`${nginx.url}${path}`, load(0, { connections: 8, seconds: 3 }));
    // Few first: nothing waits to be worked through yet.
    const few = await wrk(`${hub.url}${path}`, load(1, { connections: 8, seconds: 3 }));
    const drained = async (least) => {
      await until('every callback to be an order', async () => (await ordersOf(hub)) >= least, 600000, 500);
    };
    await drained(few.requests);
    const before = await ordersOf(hub);
    const at = monoUs();
    const many = await wrk(`${hub.url}${path}`, load(2));
    await drained(before + many.requests);
    const through = many.requests / ((monoUs() - at) / 1e6);
    await hub.program.stop();
    const bare = bareSqlite(house.folder, hub.db, 'raw', [1, 64], quick ? 2000 : 5000);
    return [
      result({
        name: 'webhooks accepted', unit: 'requests/s', goal: '≥ 3000',
        what: `callbacks of ${bytes} bytes, each a new package, checked and stored before the answer; 64 connections, while the same process works through them`,
        values: { value: many.per_second },
        floor: { what: 'nginx answering the same bytes, storing nothing', values: { value: bareMany.per_second } },
        more: {
          'SQLite, one a transaction': bare.runs[0].per_second, 'SQLite, 64 a transaction': bare.runs[1].per_second,
          'worked through as orders': through,
          'p50 ms': many.latency_ms.p50, 'p95 ms': many.latency_ms.p95, 'p99 ms': many.latency_ms.p99,
        },
      }),
      result({
        name: 'webhook answered', unit: 'ms', goal: 'p95 ≤ 20',
        what: 'the same callbacks on 8 connections, from request to answer',
        values: few.latency_ms,
        floor: { what: 'nginx answering the same bytes, storing nothing', values: bareFew.latency_ms },
        more: { 'requests/s': few.per_second },
      }),
    ];
  } finally {
    await house.close();
  }
}
