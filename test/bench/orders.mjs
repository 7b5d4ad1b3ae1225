// orders.mjs: a rush of orders at the marketplace, until all stand in the hub with their stock taken.
import { catalogue, countOf, filledHouse, registerHook, stock, strangerOf } from './filled.mjs';
import { bareSqlite, monoUs, Nginx } from './tools.mjs';
import { result } from './figures.mjs';
import { until } from '../e2e/house.mjs';

// Orders of one and of two lines in turn, spread over sellers and barcodes.
function rush(orders, sellers, items) {
  const each = 25;
  return Array.from({ length: orders / each }, (_, i) => ({
    seller: sellers[i % sellers.length],
    lines: Array.from({ length: 1 + (i % 2) }, (_, line) => ({ barcode: items[(i * 2 + line) % items.length].barcode, quantity: 1 })),
    count: each,
  }));
}

const piecesOf = (calls) => calls.reduce((sum, c) => sum + c.count * c.lines.length, 0);

// How fast the simulator is when nothing stands behind its callbacks.
async function simulatorAlone(house, orders) {
  const { simulator } = house;
  const stranger = await strangerOf(house);
  const nginx = await house.with(new Nginx(house.folder, { locations: "location / { return 200 '{}'; }" }));
  await registerHook(stranger, `${nginx.url}/`);
  const at = monoUs();
  for (const call of rush(orders, [stranger.id], catalogue(200))) await simulator.post('/control/orders', call);
  await until('all callbacks', async () => {
    const { sellers } = await simulator.get('/control/sellers');
    return sellers.find((s) => s.id === stranger.id).webhooks[0].delivered >= orders;
  }, 60000, 10);
  return orders / ((monoUs() - at) / 1e6);
}

async function checkStock(house, sold) {
  const products = await house.hub.all('/products');
  const left = products.flatMap((p) => p.variants).reduce((sum, v) => sum + v.available, 0);
  if (left !== house.items.length * stock - sold)
    throw new Error(`${sold} pieces were sold of ${house.items.length * stock}, and ${left} are left`);
}

export async function orders({ quick }) {
  const count = quick ? 500 : 2000;
  const house = await filledHouse({ products: 200 });
  try {
    const { hub, simulator } = house;
    const alone = await simulatorAlone(house, count);
    const calls = rush(count, house.sellers, house.items);
    const at = monoUs();
    for (const call of calls) await simulator.post('/control/orders', call);
    const made = monoUs();
    await until('every order to stand in the hub', async () => (await countOf(hub, '/orders/count')) >= count, 300000, 20);
    const perSecond = count / ((monoUs() - at) / 1e6);
    await checkStock(house, piecesOf(calls));
    const verdict = hub.command(['ledger', 'verify']);
    if (verdict.code !== 0) throw new Error(`ledger verify: ${verdict.out}${verdict.err}`);
    await hub.program.stop();
    const bare = bareSqlite(house.folder, hub.db, 'orders', [1, 50], count);
    return [result({
      name: 'orders stored and reserved',
      what: `${count} orders of one and two lines made at the simulator at once, until all stand in the hub with their stock taken (webhooks on, ledger verified after)`,
      unit: 'orders/s',
      values: { value: perSecond },
      floor: { what: `the same rows inserted by bare SQLite, one order a transaction (same schema, WAL, FULL); ${(bare.rows / bare.orders).toFixed(1)} rows an order`, values: { value: bare.runs[0].per_second } },
      goal: '≥ 27.8 (100,000 an hour)',
      more: { 'SQLite, 50 orders a transaction': bare.runs[1].per_second, "simulator's callbacks into nginx": alone, 'made in s': (made - at) / 1e6 },
    })];
  } finally {
    await house.close();
  }
}
