// order_path.mjs: an order at one store, until a person sees it and until the other store knows.
import { callbacksOf, filledHouse, lastRequest, requestsSince, strangerOf } from './filled.mjs';
import { chance, Client, monoUs } from './tools.mjs';
import { result, spread } from './figures.mjs';
import { sleep, until } from '../e2e/house.mjs';

// The live feed as the panel has it: when each order was first told of, by its number.
async function liveFeed(hub) {
  const { ticket } = await hub.post('/session/ticket');
  const socket = new WebSocket(`${hub.url.replace('http', 'ws')}/api/v1/live?ticket=${ticket}`);
  const seen = new Map();
  socket.onmessage = (message) => {
    const event = JSON.parse(message.data);
    const number = event.data?.number;
    if (number && !seen.has(number)) seen.set(number, monoUs());
  };
  await new Promise((done, fail) => Object.assign(socket, { onopen: done, onerror: () => fail(new Error('no live feed')) }));
  socket.send(JSON.stringify({ resume: null }));
  return { seen, close: () => socket.close() };
}

export async function orderPath({ quick }) {
  const samples = quick ? 25 : 120;
  const house = await filledHouse({ products: 200 });
  try {
    const { hub, simulator } = house;
    const [first, second] = house.sellers;
    const stranger = await strangerOf(house);
    const bare = await callbacksOf(house, stranger);
    const feed = await liveFeed(hub);
    house.open.push(feed);
    const control = new Client(simulator.url);
    house.open.push(control);
    const next = chance(2);
    const from = await lastRequest(simulator);
    const orders = [];
    const make = async (seller, barcode) => {
      const at = monoUs();
      const { orders: made } = await control.ask('POST', '/control/orders', { seller, lines: [{ barcode, quantity: 1 }] });
      return { at, number: made[0].orderNumber, barcode };
    };
    for (let i = 0; i < samples; i++) {
      const { barcode } = house.items[i];
      const floor = await make(stranger.id, barcode);
      await sleep(130 + next() * 20);
      orders.push({ ...(await make(first, barcode)), floor });
      await sleep(130 + next() * 20);
    }
    await until('every order to be seen', () => orders.every((o) => feed.seen.has(o.number) && bare.has(o.floor.number)), 30000);
    const toldAt = await until('the other store to be told', async () => {
      const told = new Map();
      for (const r of await requestsSince(simulator, from, 'offers.push'))
        if (r.seller === second)
          for (const item of JSON.parse(r.body).items) if (!told.has(item.barcode)) told.set(item.barcode, r.mono_us);
      return orders.every((o) => told.has(o.barcode)) && told;
    }, 30000, 500);
    const floor = {
      what: "the simulator's callback received by an empty HTTP server",
      values: spread(orders.map((o) => (bare.get(o.floor.number).at - o.floor.at) / 1000)),
    };
    return [
      result({
        name: 'order → seen in the panel', unit: 'ms', floor, goal: '≤ 1000',
        what: `an order made at the marketplace, until the panel's live feed tells of it (webhook, stored, reserved, told); ${samples} orders, one at a time`,
        values: spread(orders.map((o) => (feed.seen.get(o.number) - o.at) / 1000)),
      }),
      result({
        name: 'order → other store told', unit: 'ms', floor, goal: '≤ 2000',
        what: 'the same orders, until the simulator has received the new quantity at the other store',
        values: spread(orders.map((o) => (toldAt.get(o.barcode) - o.at) / 1000)),
      }),
    ];
  } finally {
    await house.close();
  }
}
