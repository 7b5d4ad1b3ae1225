// With webhooks off, orders come within one poll.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { openHouse, until } from './house.mjs';

let house;
before(async () => (house = await openHouse({ hub: { hooks: false } })));
after(() => house?.close());

test('an order is found by the next poll, and run now does not wait for it', async () => {
  const { hub, simulator, stores, sellers } = house;
  const made = await simulator.order(sellers[0], [{ barcode: '8690000000011', quantity: 4 }]);
  const { schedules } = await hub.get(`/stores/${stores[0].id}`);
  const every = schedules.find((s) => s.purpose === 'orders').every_ms;
  assert.ok(every <= 60000);
  await hub.post(`/stores/${stores[0].id}/schedules/orders/run`);
  await until('the order', async () => (await hub.stock('SKU-1')).available === 6, every + 15000);
  const { items } = await hub.get(`/orders?q=${made.orders[0].orderNumber}`);
  assert.equal(items.length, 1);
  await until('the other store', async () => (await simulator.quantity(sellers[1], '8690000000011')) === 6, 15000);
});
