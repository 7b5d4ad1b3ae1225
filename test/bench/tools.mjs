// tools.mjs: the programs beside us: nginx and bare SQLite as floors, wrk as load, timed requests.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync, openSync, closeSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import http from 'node:http';
import { freePort, until, sleep } from '../e2e/house.mjs';

const here = import.meta.dirname;

// --- time --------------------------------------------------------------------------------------------

// CLOCK_MONOTONIC, as the simulator's mono_us.
export const monoUs = () => Number(process.hrtime.bigint() / 1000n);

// The same numbers on every run, so that pauses do not beat in time with anything that ticks.
export function chance(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

// --- requests ----------------------------------------------------------------------------------------

// A plain client on kept connections: fetch() costs a millisecond that is not ours to measure.
export class Client {
  constructor(base, headers = {}) {
    Object.assign(this, { base: new URL(base), headers, agent: new http.Agent({ keepAlive: true, maxSockets: 64 }) });
  }
  send(method, path, body) {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = { ...this.headers };
    if (text !== undefined) Object.assign(headers, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
    return new Promise((done, fail) => {
      const { hostname, port } = this.base;
      const request = http.request({ hostname, port, method, path, headers, agent: this.agent }, (reply) => {
        const parts = [];
        reply.on('data', (part) => parts.push(part));
        reply.on('error', fail);
        reply.on('end', () => done({ status: reply.statusCode, headers: reply.headers, body: Buffer.concat(parts) }));
      });
      request.on('error', fail);
      request.end(text);
    });
  }
  async ask(method, path, body) {
    const { status, body: bytes } = await this.send(method, path, body);
    if (status >= 400) throw new Error(`${method} ${path}: ${status} ${bytes}`);
    return bytes.length ? JSON.parse(bytes) : undefined;
  }
  close() {
    this.agent.destroy();
  }
}

// `work` on every item, at most `width` at a time.
export async function inParallel(items, width, work) {
  const waiting = items.entries();
  await Promise.all(Array.from({ length: width }, async () => {
    for (const [i, item] of waiting) await work(item, i);
  }));
}

// --- nginx -------------------------------------------------------------------------------------------

// On a port of its own with a configuration of its own; `locations` is nginx text, `files` by name.
export class Nginx {
  constructor(folder, { locations = '', files = {} } = {}) {
    this.folder = join(folder, `nginx-${Nginx.count++}`);
    this.files = join(this.folder, 'files');
    mkdirSync(this.files, { recursive: true });
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(this.files, name), bytes);
    this.locations = locations;
  }
  static count = 0;
  async start() {
    const port = await freePort();
    this.url = `http://127.0.0.1:${port}`;
    const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map((what) => `${what}_temp_path ${this.folder}/${what};`).join(' ');
    writeFileSync(join(this.folder, 'nginx.conf'), `
${process.getuid() === 0 ? 'user root;' : ''}
daemon off; worker_processes auto; pid ${this.folder}/pid; error_log stderr warn;
events { worker_connections 1024; }
http {
  access_log off; sendfile on; tcp_nopush on; server_tokens off; keepalive_requests 1000000000; ${temp}
  types { text/html html; application/json json; }
  server { listen 127.0.0.1:${port}; root ${this.files}; ${this.locations} }
}
`);
    const log = openSync(join(this.folder, 'log'), 'a');
    this.child = spawn('nginx', ['-p', this.folder, '-c', join(this.folder, 'nginx.conf'), '-e', 'stderr'],
      { stdio: ['ignore', log, log] });
    closeSync(log);
    this.child.once('error', (error) => (this.failure = error));
    this.ended = new Promise((done) => this.child.once('exit', done));
    await until('nginx', async () => {
      if (this.failure) throw this.failure;
      if (this.child.exitCode !== null) throw new Error(readFileSync(join(this.folder, 'log'), 'utf8'));
      return (await fetch(this.url)).status > 0;
    }, 10000);
    return this;
  }
  async stop() {
    if (!this.child?.pid) return;
    this.child.kill('SIGTERM');
    await this.ended;
  }
}

// --- wrk ---------------------------------------------------------------------------------------------

// Runs wrk with a script of ours that ends in one line of JSON: {requests, seconds, latency, errors}.
export async function wrk(url, { script = 'get.lua', seconds, connections = 64, threads = 1, headers = {}, words = [] }) {
  const args = ['-t', threads, '-c', connections, '-d', `${seconds}s`, '--timeout', '10s', '-s', join(here, script)];
  for (const [name, value] of Object.entries(headers)) args.push('-H', `${name}: ${value}`);
  const child = spawn('wrk', [...args, url, '--', ...words].map(String), { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  child.stdout.on('data', (part) => (out += part));
  child.stderr.on('data', (part) => (out += part));
  await new Promise((done, fail) => child.once('error', fail).once('close', done));
  const line = out.split('\n').find((l) => l.startsWith('{"requests"'));
  if (!line) throw new Error(`wrk told nothing:\n${out}`);
  const told = JSON.parse(line);
  const failed = Object.values(told.errors).reduce((a, b) => a + b, 0);
  if (!told.requests || failed > told.requests / 1000)
    throw new Error(`${url}: ${failed} of ${told.requests} requests failed: ${line}`);
  return { ...told, per_second: told.requests / told.seconds };
}

// A moment of the same load first, so that both sides are measured warm.
export async function warmWrk(url, options) {
  await wrk(url, { ...options, seconds: 1 });
  await sleep(200);
  return wrk(url, options);
}

// --- bare SQLite -------------------------------------------------------------------------------------

// Inserts again what stands in the database `source`, with nothing but SQLite; see floor_sqlite.c.
export function bareSqlite(folder, source, what, perTransaction, most) {
  const program = join(folder, 'floor_sqlite');
  const built = spawnSync('cc', ['-std=gnu17', '-O2', '-Wall', '-Wextra', '-Werror', '-o', program,
    join(here, 'floor_sqlite.c'), '-lsqlite3'], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(`floor_sqlite.c: ${built.stderr}`);
  const schema = join(here, '../../src/db/migrations/0001_house.sqlite.sql');
  const done = spawnSync(program, [source, schema, 'oc_', join(folder, 'floor.db'), what, String(most),
    ...perTransaction.map(String)], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`floor_sqlite: ${done.stderr}`);
  return JSON.parse(done.stdout);
}

// --- a process ---------------------------------------------------------------------------------------

// Resident now and at most, in MiB.
export function memoryOf(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kib = (name) => Number(status.match(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm'))[1]);
  return { resident: kib('VmRSS') / 1024, most: kib('VmHWM') / 1024, threads: Number(status.match(/^Threads:\s+(\d+)/m)[1]) };
}
