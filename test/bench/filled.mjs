// filled.mjs: a house with many products on two simulated stores, made through the API as a person would.
import http from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hub, Simulator, until } from '../e2e/house.mjs';
import { Client, inParallel, monoUs } from './tools.mjs';

export const stock = 15000; // below what a listing can show, above what any measurement sells

export const catalogue = (count) =>
  Array.from({ length: count }, (_, i) => {
    const number = String(i + 1).padStart(6, '0');
    return { sku: `BDS-${number}`, barcode: `869000${number}`, title: `Ölçüm Ürünü ${number}`, price: `${100 + (i % 400)}.90` };
  });

async function addProducts(hub, items) {
  const client = new Client(hub.url, { authorization: `Bearer ${hub.token}` });
  await inParallel(items, 16, (item) =>
    client.ask('POST', '/api/v1/products', {
      title: item.title,
      brand: 'Çınar',
      category: 'Ölçüm',
      variants: [{ sku: item.sku, barcode: item.barcode, price: { amount: item.price, currency: 'TRY' }, initial_stock: stock }],
    }));
  client.close();
}

const shelfOf = (items) =>
  items.map((p) => ({
    barcode: p.barcode, stockCode: p.sku, title: p.title, quantity: stock,
    salePrice: Number(p.price), listPrice: Number(p.price), approved: true,
  }));

// Exact up to 10,000.
export const countOf = async (hub, path) => (await hub.get(path)).n;

// Exact, whatever the number, of the last 24 hours.
export const ordersOf = async (hub) => (await hub.get('/overview')).orders;

// `hooks: false` leaves the stores to polling. Ready when every listing is in sync.
export async function filledHouse({ products = 200, stores = 2, hooks = true, seed = 7 } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'bedesten-bench-'));
  const simulator = new Simulator(folder, seed);
  const hub = new Hub(folder, { hooks });
  const house = {
    folder, simulator, hub, items: catalogue(products), stores: [], open: [],
    // Something to be stopped with the house.
    async with(what) {
      house.open.push(what);
      await what.start?.();
      return what;
    },
    async close() {
      for (const what of house.open.reverse()) await (what.stop ? what.stop() : what.close());
      await hub.program?.stop();
      await simulator.program?.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    await simulator.start();
    const made = hub.command(['user', 'add', '--email', 'a@firma.example', '--company', 'Firma', '--role', 'super_admin'], 'correct horse\n');
    if (made.code !== 0) throw new Error(`user add: ${made.err}`);
    await hub.start();
    await hub.signIn();
    await addProducts(hub, house.items);
    house.sellers = simulator.sellers.slice(0, stores).map((s) => s.id);
    for (const seller of house.sellers)
      for (let i = 0; i < products; i += 5000) await simulator.shelf(seller, shelfOf(house.items.slice(i, i + 5000)));
    for (const [i, seller] of house.sellers.entries()) house.stores.push(await hub.store(simulator, seller, `Mağaza ${i + 1}`));
    for (const { id } of house.stores)
      await until('every listing in sync', async () => (await countOf(hub, `/listings/count?sync=in_sync&store=${id}`)) >= products, 600000, 250);
    if (hooks) await until('the webhooks', async () => (await hub.get('/stores')).items.every((s) => s.has_hook), 30000);
  } catch (error) {
    error.message += `\nhub log: ${hub.program?.text().slice(-3000)}`;
    await house.close();
    throw error;
  }
  return house;
}

// Nothing is on its way any more.
export const atRest = (hub, ms = 300000) =>
  until('everything to settle', async () => {
    for (const sync of ['waiting', 'sent', 'unknown']) if (await countOf(hub, `/listings/count?sync=${sync}`)) return false;
    return (await hub.get('/overview')).jobs.running === 0;
  }, ms, 200);

// A seller of the simulator that no store of the hub uses: for floors beside the hub's own traffic.
export async function strangerOf(house) {
  const { id, apiKey, apiSecret } = await house.simulator.post('/control/sellers', {});
  await house.simulator.shelf(id, shelfOf(house.items.slice(0, 200)));
  const client = new Client(house.simulator.url, {
    authorization: `Basic ${Buffer.from(`${apiKey}:${apiSecret}`).toString('base64')}`,
    'user-agent': `${id} - SelfIntegration`,
    accept: 'application/json',
  });
  house.open.push(client);
  return { id, client };
}

export const registerHook = (stranger, url) =>
  stranger.client.ask('POST', `/integration/webhook/sellers/${stranger.id}/webhooks`, {
    url, authenticationType: 'API_KEY', apiKey: 'bench-key', subscribedStatuses: [],
  });

// The simulator's callbacks into an empty server: by order number when each came, and its text.
export async function callbacksOf(house, stranger) {
  const seen = new Map();
  const server = http.createServer((request, reply) => {
    const at = monoUs();
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      reply.end('{}');
      const text = Buffer.concat(parts).toString();
      seen.set(JSON.parse(text).content[0].orderNumber, { at, text });
    });
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  house.open.push({ close: () => server.close() });
  await registerHook(stranger, `http://127.0.0.1:${server.address().port}/`);
  return seen;
}

// The requests that the simulator has received since `after`, by endpoint.
export async function requestsSince(simulator, after, endpoint) {
  const items = [];
  for (let from = after; ;) {
    const page = await simulator.get(`/control/requests?after=${from}&endpoint=${endpoint}&limit=5000`);
    items.push(...page.items);
    if (!page.items.length) return items;
    from = page.next_after;
  }
}

export const lastRequest = async (simulator) => (await simulator.get('/control/requests?after=0&limit=0')).count;
