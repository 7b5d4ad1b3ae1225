// house.mjs: starts the real binary and the simulator on free ports and temporary folders, and talks to
// both as a user would. Used by the whole-path tests, the chaos runs, the bench and the browser tests.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, openSync, closeSync, readFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import net from 'node:net';

export const binary = process.env.BEDESTEN_BINARY ?? 'build/test/src/main/bedesten';
export const isLong = !!process.env.BEDESTEN_LONG;

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

// A port that was free a moment ago.
export const freePort = () =>
  new Promise((done, fail) => {
    const s = net.createServer();
    s.once('error', fail);
    s.listen(0, '127.0.0.1', () => {
      const { port } = s.address();
      s.close(() => done(port));
    });
  });

// Asks until `look` gives something, or says after `ms` what it waited for.
export async function until(what, look, ms = 20000, every = 20) {
  const end = Date.now() + ms;
  let last;
  for (;;) {
    try {
      const found = await look();
      if (found) return found;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`waited ${ms} ms for ${what}${last ? `: ${last.message}` : ''}`);
    await sleep(every);
  }
}

async function json(method, url, body, headers = {}) {
  const reply = await fetch(url, {
    method,
    headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await reply.text();
  let value;
  try {
    value = text ? JSON.parse(text) : undefined;
  } catch {
    value = text;
  }
  return { status: reply.status, value, headers: reply.headers };
}

// A process of ours: its log in a file, ended by its own id.
class Program {
  constructor(name, args, folder, env = {}) {
    Object.assign(this, { name, args, folder, env, log: join(folder, `${name}.log`) });
  }
  start() {
    const out = openSync(this.log, 'a');
    this.child = spawn(binary, this.args, { stdio: ['ignore', out, out], env: { ...process.env, ...this.env } });
    closeSync(out);
    this.ended = new Promise((done) => this.child.once('exit', (code, signal) => done({ code, signal })));
  }
  async stop(signal = 'SIGTERM') {
    if (!this.child || this.child.exitCode !== null || this.child.signalCode !== null) return this.ended;
    this.child.kill(signal);
    return this.ended;
  }
  text() {
    return existsSync(this.log) ? readFileSync(this.log, 'utf8') : '';
  }
}

export class Simulator {
  constructor(folder, seed) {
    Object.assign(this, { folder, seed });
  }
  async start() {
    this.port = await freePort();
    this.url = `http://127.0.0.1:${this.port}`;
    this.program = new Program(
      'simulator',
      ['sandbox', '--marketplace', 'trendyol', '--listen', `127.0.0.1:${this.port}`, '--seed', String(this.seed)],
      this.folder,
    );
    this.program.start();
    const { sellers } = await until('the simulator', () => this.get('/control/sellers'));
    this.sellers = sellers;
    // Batches are answered at once unless a test wants otherwise.
    await this.post('/control/settings', { batch_delay_min_ms: 0, batch_delay_max_ms: 0 });
  }
  async ask(method, path, body) {
    const { status, value } = await json(method, this.url + path, body);
    if (status >= 400) throw new Error(`simulator: ${method} ${path}: ${status} ${JSON.stringify(value)}`);
    return value;
  }
  get(path) {
    return this.ask('GET', path);
  }
  post(path, body) {
    return this.ask('POST', path, body ?? {});
  }
  shelf(seller, items) {
    return this.post('/control/listings', { seller, items });
  }
  order(seller, lines, more = {}) {
    return this.post('/control/orders', { seller, lines, ...more });
  }
  async books(seller, orders = true) {
    return (await this.get(`/control/books?seller=${seller}&orders=${orders}`)).sellers[0];
  }
  async quantity(seller, barcode) {
    const books = await this.books(seller, false);
    return books.listings.find((l) => l.barcode === barcode)?.quantity;
  }
}

export class Hub {
  constructor(folder, options = {}) {
    Object.assign(this, { folder, options, db: join(folder, 'bedesten.db') });
  }
  async start(env = {}) {
    this.port ??= await freePort();
    this.url = `http://127.0.0.1:${this.port}`;
    const args = ['serve', '--db', this.db, '--listen', `127.0.0.1:${this.port}`, '--log-format', 'json'];
    if (this.options.hooks !== false) args.push('--public-url', this.url);
    this.program = new Program('hub', args, this.folder, { BEDESTEN_ENVIRONMENT: 'development', ...this.options.env, ...env });
    this.program.start();
    await until('the hub', async () => {
      if (this.program.child.exitCode !== null) throw new Error(`it ended: ${this.program.text().slice(-2000)}`);
      return (await json('GET', `${this.url}/readyz`)).status === 200;
    }, 60000);
  }
  async ready() {
    return (await json('GET', `${this.url}/readyz`).catch(() => ({ status: 0 }))).status === 200;
  }
  // bedesten COMMAND ...: what it printed and how it ended.
  command(words, input = '') {
    const done = spawnSync(binary, [...words, '--db', this.db], { input, encoding: 'utf8' });
    return { code: done.status, out: done.stdout, err: done.stderr };
  }
  async signIn(email = 'a@firma.example', password = 'correct horse') {
    const { status, value } = await json('POST', `${this.url}/api/v1/session`, { email, password });
    if (status !== 200) throw new Error(`sign-in: ${status} ${JSON.stringify(value)}`);
    this.token = value.access_token;
    return value;
  }
  // Status and value; a token that ran out is renewed by signing in again.
  async raw(method, path, body, headers = {}) {
    return json(method, `${this.url}${path}`, body, { authorization: `Bearer ${this.token}`, ...headers });
  }
  async ask(method, path, body, headers) {
    const { status, value } = await this.raw(method, `/api/v1${path}`, body, headers);
    if (status >= 400) throw new Error(`hub: ${method} ${path}: ${status} ${JSON.stringify(value)}`);
    return value;
  }
  get(path) {
    return this.ask('GET', path);
  }
  post(path, body) {
    return this.ask('POST', path, body);
  }
  async all(path) {
    const items = [];
    let cursor = null;
    do {
      const mark = path.includes('?') ? '&' : '?';
      const page = await this.get(`${path}${mark}limit=500${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);
      items.push(...page.items);
      cursor = page.next;
    } while (cursor);
    return items;
  }
  async product(sku, barcode, stock, more = {}) {
    return this.post('/products', {
      title: `Ürün ${sku}`,
      variants: [{ sku, barcode, price: { amount: '199.90', currency: 'TRY' }, initial_stock: stock, ...more }],
    });
  }
  async store(simulator, seller, name) {
    const s = simulator.sellers.find((one) => one.id === seller);
    const { store, check_job } = await this.post('/stores', {
      marketplace: 'trendyol',
      name,
      base_url: `${simulator.url}/integration`,
      test_mode: true,
      settings: { seller_id: String(s.id), api_key: s.apiKey, api_secret: s.apiSecret },
    });
    return { ...store, check_job };
  }
  async stock(sku) {
    const page = await this.get(`/products?q=${encodeURIComponent(sku)}`);
    return page.items.flatMap((p) => p.variants).find((v) => v.sku === sku);
  }
}

// A simulator and a hub with two stores on the same SKUs; `skus` = [[sku, barcode, stock], ...].
export async function openHouse({ skus = [['SKU-1', '8690000000011', 10]], seed = 1, stores = 2, hub: options } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'bedesten-'));
  const simulator = new Simulator(folder, seed);
  const hub = new Hub(folder, options);
  const house = {
    folder, simulator, hub, stores: [],
    async close() {
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
    for (const [sku, barcode, stock] of skus) await hub.product(sku, barcode, stock);
    house.sellers = simulator.sellers.slice(0, stores).map((s) => s.id);
    for (const seller of house.sellers)
      await simulator.shelf(seller, skus.map(([sku, barcode, stock]) => ({ barcode, stockCode: sku, title: sku, quantity: stock, salePrice: 199.9, listPrice: 199.9, approved: true })));
    for (const [i, seller] of house.sellers.entries()) house.stores.push(await hub.store(simulator, seller, `Mağaza ${i + 1}`));
    await until('both stores matched and in sync', async () => {
      const { items } = await hub.get('/listings?limit=500');
      return items.length >= Math.min(500, skus.length * stores) && items.every((l) => l.sync === 'in_sync');
    }, 60000);
    if (options?.hooks !== false)
      await until('the webhooks', async () => (await hub.get('/stores')).items.every((s) => s.has_hook), 30000);
  } catch (error) {
    error.message += `\nhub log: ${hub.program?.text().slice(-3000)}`;
    await house.close();
    throw error;
  }
  return house;
}

// Nothing is on its way any more: no raw payload waits, every listing is in sync, no job is running.
export const settled = (house, ms = 60000) =>
  until('everything to settle', async () => {
    const waiting = (await house.hub.get('/listings?sync=waiting&limit=1')).items.length;
    const sent = (await house.hub.get('/listings?sync=sent&limit=1')).items.length;
    const unknown = (await house.hub.get('/listings?sync=unknown&limit=1')).items.length;
    const { jobs } = await house.hub.get('/overview');
    const due = jobs.oldest_due_at && Date.parse(jobs.oldest_due_at) <= Date.now();
    return !waiting && !sent && !unknown && !due && jobs.running === 0;
  }, ms, 100);
