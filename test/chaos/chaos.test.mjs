// Processes are killed at random points while orders flow, are cancelled, delivered twice, out of order
// and late, and the marketplace fails in every way it knows. Afterwards the marketplace's books and ours
// are compared piece by piece. 10 kills; 200 with BEDESTEN_LONG. The seed is printed when it fails.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { openHouse, settled, sleep, isLong } from '../e2e/house.mjs';
import { compareBooks } from '../e2e/books.mjs';

const kills = isLong ? 200 : 10;
const ordersWanted = isLong ? 10000 : 1000;
const seed = Number(process.env.BEDESTEN_SEED ?? 20261122);

// A small generator of our own: the same seed, the same run of decisions.
function random(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const faults = [
  { kind: '429', probability: 0.02 },
  { kind: '500', probability: 0.02 },
  { kind: '503', probability: 0.01 },
  { kind: 'html', status: 502, probability: 0.01 },
  { kind: 'cut', probability: 0.02 },
  { kind: 'truncated', probability: 0.01 },
  { kind: 'timeout_after_apply', ms: 300, probability: 0.01 },
  { kind: 'delay', ms: 200, probability: 0.05 },
  { kind: 'missing_once', probability: 0.02 },
];

test(`${kills} kills while ${ordersWanted} orders flow: nothing lost, nothing twice (seed ${seed})`, { timeout: 3600000 }, async () => {
  const chance = random(seed);
  const skus = Array.from({ length: 40 }, (_, i) => [`SKU-${i + 1}`, `86910000${String(i + 1).padStart(5, '0')}`, 400]);
  const initial = Object.fromEntries(skus.map(([sku, , stock]) => [sku, stock]));
  const house = await openHouse({ skus, seed });
  const { hub, simulator, sellers } = house;
  const pick = (list) => list[Math.floor(chance() * list.length)];
  let made = 0, killed = 0;
  const numbers = [];
  try {
    await simulator.post('/control/settings', { webhook_duplicate_percent: 10, webhook_disorder_percent: 10, webhook_retry_ms: 2000, webhook_passive_after: 1000 });
    await simulator.post('/control/faults', faults.map((f) => ({ endpoint: '*', ...f })));
    const perKill = Math.ceil(ordersWanted / kills);
    while (killed < kills) {
      const until = Math.min(ordersWanted, made + perKill);
      while (made < until) {
        const lines = Array.from({ length: 1 + Math.floor(chance() * 3) }, () => ({ barcode: pick(skus)[1], quantity: 1 + Math.floor(chance() * 2) }));
        const unique = [...new Map(lines.map((l) => [l.barcode, l])).values()];
        const { orders } = await simulator.order(pick(sellers), unique, { force: true });
        made++;
        numbers.push(orders[0].orderNumber);
        const dice = chance();
        if (dice < 0.1) await simulator.post(`/control/orders/${pick(numbers)}/cancel`).catch(() => {});
        else if (dice < 0.15) await simulator.post(`/control/orders/${pick(numbers)}/split`).catch(() => {});
        else if (dice < 0.2) await simulator.post(`/control/orders/${pick(numbers)}/ship`).catch(() => {});
      }
      await sleep(Math.floor(chance() * 400));
      await hub.program.stop('SIGKILL');
      killed++;
      await sleep(Math.floor(chance() * 100));
      await hub.start();
    }
    await simulator.ask('DELETE', '/control/faults');
    await hub.signIn();
    for (const s of house.stores) await hub.post(`/stores/${s.id}/schedules/orders/run`);
    await simulator.post('/control/webhooks/flush');
    await settled(house, 300000);
    // Polls find what no webhook brought; a second one comes after the overlap's first.
    for (const s of house.stores) await hub.post(`/stores/${s.id}/schedules/orders/run`);
    await sleep(6000);
    await settled(house, 300000);
    const { orders } = await compareBooks(house, initial);
    assert.equal(orders, made);
  } catch (error) {
    error.message += `\nseed ${seed}, ${made} orders, ${killed} kills\n${hub.program.text().slice(-3000)}`;
    throw error;
  } finally {
    await house.close();
  }
});
