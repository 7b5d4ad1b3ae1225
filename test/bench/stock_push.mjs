// stock_push.mjs: how long after a person changes a stock the marketplace holds the request in its hands.
import { filledHouse, lastRequest, requestsSince, strangerOf } from './filled.mjs';
import { chance, Client, monoUs } from './tools.mjs';
import { result, spread } from './figures.mjs';
import { sleep, until } from '../e2e/house.mjs';

// By endpoint at most 50 requests in 10 s are taken of a seller: these leave it 36.
const pause = (next) => 260 + next() * 40;

const quantitiesOf = (requests) => {
  const at = new Map();
  for (const r of requests)
    for (const item of JSON.parse(r.body).items) {
      const key = `${r.seller} ${item.barcode} ${item.quantity}`;
      if (!at.has(key)) at.set(key, r.mono_us);
    }
  return at;
};

export async function stockPush({ quick }) {
  const samples = quick ? 25 : 120;
  const house = await filledHouse({ products: 200, hooks: false });
  try {
    const { hub, simulator } = house;
    const stranger = await strangerOf(house);
    const client = new Client(hub.url, { authorization: `Bearer ${hub.token}` });
    house.open.push(client);
    const path = `/integration/inventory/sellers/${stranger.id}/products/price-and-inventory`;
    const next = chance(1);
    await client.ask('GET', '/api/v1/products?limit=1');
    const from = await lastRequest(simulator);
    const changes = [];
    // The floor and the change take turns, so that both meet the same noise.
    for (let i = 0; i < samples; i++) {
      const { sku, barcode, price } = house.items[i];
      const quantity = 1000 + i;
      const bareAt = monoUs();
      await stranger.client.ask('POST', path, { items: [{ barcode, quantity, salePrice: Number(price), listPrice: Number(price) }] });
      await sleep(pause(next) / 2);
      const at = monoUs();
      await client.ask('POST', '/api/v1/stock/edits', { edits: [{ sku, set: quantity }] });
      changes.push({ barcode, quantity, at, bareAt, answered: monoUs() });
      await sleep(pause(next) / 2);
    }
    const told = await until('every change to arrive', async () => {
      const seen = quantitiesOf(await requestsSince(simulator, from, 'offers.push'));
      const all = changes.every((c) => house.sellers.every((s) => seen.has(`${s} ${c.barcode} ${c.quantity}`)));
      return all && seen;
    }, 30000, 500);
    const after = (c, seller) => (told.get(`${seller} ${c.barcode} ${c.quantity}`) - c.at) / 1000;
    const last = spread(changes.map((c) => Math.max(...house.sellers.map((s) => after(c, s)))));
    return [result({
      name: 'stock change → first marketplace told',
      what: `a stock edit sent to the API, until the simulator has received the new quantity at the first of ${house.sellers.length} stores; ${samples} changes, one at a time`,
      unit: 'ms',
      values: spread(changes.map((c) => Math.min(...house.sellers.map((s) => after(c, s))))),
      floor: {
        what: 'the same request sent straight to the simulator',
        values: spread(changes.map((c) => (told.get(`${stranger.id} ${c.barcode} ${c.quantity}`) - c.bareAt) / 1000)),
      },
      goal: 'p95 ≤ 100',
      more: {
        'last store p50': last.p50, 'last store p95': last.p95, 'last store p99': last.p99,
        'API answered p50': spread(changes.map((c) => (c.answered - c.at) / 1000)).p50,
      },
    })];
  } finally {
    await house.close();
  }
}
