// pages.mjs: what people wait for: the panel's first page and the lists behind its screens.
import { countOf, filledHouse } from './filled.mjs';
import { Client, Nginx, warmWrk } from './tools.mjs';
import { result } from './figures.mjs';
import { until } from '../e2e/house.mjs';

const pages = [
  { name: "panel's first page", path: '/', file: 'index.html' },
  { name: 'page of 50 orders', path: '/api/v1/orders?limit=50', file: 'orders.json' },
  { name: 'page of 50 listings', path: '/api/v1/listings?limit=50', file: 'listings.json' },
  { name: 'page of 50 products', path: '/api/v1/products?limit=50', file: 'products.json' },
];

export async function panelPages({ quick }) {
  const seconds = quick ? 2 : 5;
  const house = await filledHouse({ products: 200 });
  try {
    const { hub, simulator } = house;
    for (let i = 0; i < 8; i++)
      await simulator.post('/control/orders', { seller: house.sellers[i % 2], lines: [{ barcode: house.items[i].barcode, quantity: 1 }], count: 50 });
    await until('the orders', async () => (await countOf(hub, '/orders/count')) >= 400, 60000);
    const headers = { authorization: `Bearer ${hub.token}` };
    const client = new Client(hub.url, headers);
    house.open.push(client);
    const files = {};
    for (const page of pages) {
      const { status, body } = await client.send('GET', page.path);
      if (status !== 200) throw new Error(`${page.path}: ${status} ${body}`);
      files[page.file] = body;
    }
    const nginx = await house.with(new Nginx(house.folder, { files }));
    const results = [];
    for (const page of pages) {
      const bare = await warmWrk(`${nginx.url}/${page.file}`, { seconds, connections: 16 });
      const ours = await warmWrk(hub.url + page.path, { seconds, connections: 16, headers });
      results.push(result({
        name: page.name, unit: 'requests/s',
        what: `GET ${page.path} (${files[page.file].length} bytes), 16 connections`,
        values: { value: ours.per_second },
        floor: { what: 'the same bytes as a file from nginx', values: { value: bare.per_second } },
        more: { 'p50 ms': ours.latency_ms.p50, 'p95 ms': ours.latency_ms.p95, 'p99 ms': ours.latency_ms.p99 },
      }));
    }
    return results;
  } finally {
    await house.close();
  }
}
