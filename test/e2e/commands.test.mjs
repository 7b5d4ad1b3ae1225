// The command line as an operator meets it: help, exits, doctor, bad files, full disk.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync, chmodSync, copyFileSync, readFileSync, readdirSync, unlinkSync, openSync, writeSync, closeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import net from 'node:net';
import { binary, Hub, until } from './house.mjs';

const run = (words, input = '', env = {}) => {
  const done = spawnSync(binary, words, { input, encoding: 'utf8', env: { ...process.env, ...env } });
  return { code: done.status, out: done.stdout, err: done.stderr };
};
const inFolder = (body) => async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bedesten-'));
  try {
    await body(folder, ['--db', join(folder, 'b.db')]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

test('an unknown command exits 2 and says where to look', () => {
  const { code, err } = run(['frobnicate']);
  assert.equal(code, 2);
  assert.match(err, /--help/);
});

test('an unknown option exits 2 and names it', () => {
  const { code, err } = run(['serve', '--lisen', 'x']);
  assert.equal(code, 2);
  assert.match(err, /--lisen/);
});

test('the beginning of a command lists how it goes on', () => {
  const { code, err } = run(['user']);
  assert.equal(code, 2);
  assert.match(err, /user add[^]*user list/);
});

test('an option that is needed exits 2 when it is missing', () => {
  const { code, err } = run(['user', 'add']);
  assert.equal(code, 2);
  assert.match(err, /--email/);
});

test('an option does not take the next one for its value', () => {
  const { code, err } = run(['user', 'add', '--email', '--role', 'admin']);
  assert.equal(code, 2);
  assert.match(err, /--email.*needs a value/);
});

test('output that cannot be written is a failure', () => {
  const { status, stderr } = spawnSync('/bin/sh', ['-c', '"$0" --help >/dev/full', binary], { encoding: 'utf8' });
  assert.equal(status, 1);
  assert.match(stderr, /could not be written/);
});

test('--version tells the version', () => {
  assert.match(run(['--version']).out, /^bedesten \d+\.\d+\.\d+/);
});

for (const command of ['serve', 'sandbox', 'migrate', 'user add', 'user list', 'store add', 'store list', 'ledger verify', 'ledger show', 'doctor', 'demo'])
  test(`${command} --help shows examples`, () => {
    const { code, out } = run([...command.split(' '), '--help']);
    assert.equal(code, 0);
    assert.match(out, /Examples:\n {2}/);
  });

test('migrate makes a database and a key file', inFolder(async (folder, db) => {
  assert.equal(run(['migrate', ...db]).code, 0);
  assert.match(readFileSync(join(folder, 'b.db.key'), 'utf8'), /=/);
  assert.equal(run(['ledger', 'verify', ...db]).code, 0);
  const doctor = run(['doctor', '--json', '--listen', '127.0.0.1:0', ...db]);
  assert.equal(doctor.code, 0, doctor.out);
  assert.ok(JSON.parse(doctor.out).every((c) => c.result === 'ok'));
}));

test('a mistyped path is no clean ledger, and makes nothing', inFolder(async (folder, db) => {
  for (const words of [['ledger', 'verify'], ['ledger', 'show', 'X'], ['user', 'list'], ['store', 'list']]) {
    const { code, err } = run([...words, ...db]);
    assert.equal(code, 1);
    assert.match(err, /no database at .*--db/);
  }
  assert.deepEqual(readdirSync(folder), []);
}));

test('doctor names a damaged database', inFolder(async (folder, db) => {
  run(['migrate', ...db]);
  const file = openSync(join(folder, 'b.db'), 'r+');
  writeSync(file, Buffer.alloc(4096, 0x41), 0, 4096, 4096 * 3);
  closeSync(file);
  const { code, out } = run(['doctor', '--listen', '127.0.0.1:0', ...db]);
  assert.equal(code, 1);
  assert.match(out, /WRONG +database/);
}));

test('doctor and serve name a file that is no database', inFolder(async (folder, db) => {
  writeFileSync(join(folder, 'b.db'), 'not a database at all '.repeat(400));
  const { code, out } = run(['doctor', '--listen', '127.0.0.1:0', ...db]);
  assert.equal(code, 1);
  assert.match(out, /WRONG +database/);
  assert.equal(run(['migrate', ...db]).code, 1);
}));

test('doctor names a missing key and a foreign one', inFolder(async (folder, db) => {
  run(['migrate', ...db]);
  run(['migrate', '--db', join(folder, 'other.db')]);
  copyFileSync(join(folder, 'other.db.key'), join(folder, 'b.db.key'));
  chmodSync(join(folder, 'b.db.key'), 0o600);
  assert.match(run(['doctor', '--listen', '127.0.0.1:0', ...db]).out, /WRONG +key +.*not the key/);
  assert.match(run(['migrate', ...db]).err, /not the one this database was sealed with/);
  unlinkSync(join(folder, 'b.db.key'));
  assert.match(run(['doctor', '--listen', '127.0.0.1:0', ...db]).out, /WRONG +key +.*missing/);
  assert.match(run(['migrate', ...db]).err, /missing/);
}));

test('a start that was broken off before its key was made goes on', inFolder(async (folder, db) => {
  const broken = run(['migrate', ...db], '', { BEDESTEN_KEY_FILE: join(folder, 'not', 'there.key') });
  assert.equal(broken.code, 1);
  assert.match(broken.err, /there\.key/);
  const next = run(['migrate', ...db]);
  assert.equal(next.code, 0, next.err);
}));

test('doctor looks with the prefix of the settings', inFolder(async (folder, db) => {
  const env = { BEDESTEN_DB_PREFIX: 'shop_' };
  run(['migrate', ...db], '', env);
  assert.equal(run(['doctor', '--listen', '127.0.0.1:0', ...db], '', env).code, 0);
  assert.match(run(['doctor', '--listen', '127.0.0.1:0', ...db]).out, /WRONG +database .*prefix/);
}));

test('doctor names a newer database', inFolder(async (folder, db) => {
  run(['migrate', ...db]);
  const insert = "import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); c.execute(\"INSERT INTO oc_mp_schema VALUES (999, 'later', 0)\"); c.commit()";
  assert.equal(spawnSync('/usr/bin/python3', ['-c', insert, join(folder, 'b.db')]).status, 0);
  assert.match(run(['doctor', '--listen', '127.0.0.1:0', ...db]).out, /WRONG +database .*newer version/);
  assert.match(run(['serve', '--listen', '127.0.0.1:0', ...db]).err, /newer version/);
}));

test('doctor names a wrong setting, a folder that cannot be made and a limit on files', inFolder(async (folder, db) => {
  const at = ['--listen', '127.0.0.1:0'];
  assert.match(run(['doctor', ...at, ...db], '', { BEDESTEN_HTTP_PUBLIC_URL: 'hub' }).out, /WRONG +settings .*PUBLIC_URL.*https:/);
  assert.match(run(['doctor', ...at, '--db', join(folder, 'no', 'where', 'b.db')]).out, /WRONG +disk .*make it/);
  const limited = spawnSync('/bin/bash', ['-c', 'ulimit -f 100; exec "$0" "$@"', binary, 'doctor', ...at, ...db], { encoding: 'utf8' });
  assert.equal(limited.status, 1);
  assert.match(limited.stdout, /WRONG +disk .*limit/);
}));

test('a password longer than is taken is refused, not cut', inFolder(async (folder, db) => {
  const { code, err } = run(['user', 'add', '--email', 'a@firma.example', ...db], `${'x'.repeat(1100)}\n`);
  assert.equal(code, 1);
  assert.match(err, /longer than 1024/);
}));

test('a key file that others may read is refused with what to do', inFolder(async (folder, db) => {
  run(['migrate', ...db]);
  chmodSync(join(folder, 'b.db.key'), 0o644);
  assert.match(run(['migrate', ...db]).err, /chmod 600/);
}));

test('a taken port is named by serve and by doctor', inFolder(async (folder, db) => {
  run(['migrate', ...db]);
  const blocker = net.createServer();
  await new Promise((done) => blocker.listen(0, '127.0.0.1', done));
  const listen = `127.0.0.1:${blocker.address().port}`;
  const served = run(['serve', '--listen', listen, ...db]);
  assert.equal(served.code, 1);
  assert.match(served.err, new RegExp(String(blocker.address().port)));
  assert.match(run(['doctor', '--listen', listen, ...db]).out, /WRONG +port/);
  // A socket file left from a killed server does not make the port ours.
  spawnSync('/usr/bin/python3', ['-c', 'import socket,sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])', join(folder, 'b.db.sock')]);
  assert.match(run(['doctor', '--listen', listen, ...db]).out, /WRONG +port/);
  blocker.close();
}));

test('plain HTTP beyond loopback is refused', inFolder(async (folder, db) => {
  const { code, err } = run(['serve', '--listen', '0.0.0.0:0', ...db]);
  assert.equal(code, 1);
  assert.match(err, /loopback|TLS|certificate/i);
}));

test('a wrong setting names its key and what is allowed', inFolder(async (folder, db) => {
  writeFileSync(join(folder, 'c.conf'), '# settings\nhttp.lisen = 127.0.0.1:0\n');
  const { code, err } = run(['serve', '--config', join(folder, 'c.conf'), ...db]);
  assert.equal(code, 1);
  assert.match(err, /http\.lisen/);
  assert.match(err, /2/);
}));

test('commands work beside a running server, over its socket', inFolder(async (folder) => {
  const hub = new Hub(folder, { hooks: false });
  assert.equal(hub.command(['user', 'add', '--email', 'a@firma.example', '--company', 'Firma'], 'correct horse\n').code, 0);
  await hub.start();
  try {
    assert.equal(hub.command(['user', 'add', '--email', 'b@firma.example'], 'another password\n').code, 0);
    const again = hub.command(['user', 'add', '--email', 'b@firma.example'], 'another password\n');
    assert.equal(again.code, 1);
    assert.match(again.err, /b@firma\.example/);
    assert.equal(JSON.parse(hub.command(['user', 'list', '--json']).out).length, 2);
    const added = hub.command(['store', 'add', '--name', 'Deneme', '--base-url', 'http://127.0.0.1:1/integration', '--set', 'seller_id=1,api_key=k,api_secret=s']);
    assert.equal(added.code, 0, added.err);
    assert.match(hub.command(['store', 'list']).out, /Deneme/);
    const refused = hub.command(['store', 'add', '--name', 'Dış', '--base-url', 'http://example.com/', '--set', 'seller_id=1,api_key=k,api_secret=s']);
    assert.equal(refused.code, 1);
    assert.match(refused.err, /base_url.*(marketplace|this machine)/);
    const second = hub.command(['serve', '--listen', '127.0.0.1:0']);
    assert.equal(second.code, 1);
    assert.match(second.err, /pid|process/i);
    assert.equal(hub.command(['ledger', 'verify']).code, 0);
    const doctor = hub.command(['doctor', '--listen', `127.0.0.1:${hub.port}`]);
    assert.equal(doctor.code, 0, doctor.out);
    assert.match(doctor.out, /ok +port .*running/);
    await hub.signIn();
  } finally {
    await hub.program.stop();
  }
}));

test('a full disk refuses with a message, loses nothing, and goes on when there is room', inFolder(async (folder) => {
  const hub = new Hub(folder, { hooks: false });
  hub.command(['user', 'add', '--email', 'a@firma.example', '--company', 'Firma', '--role', 'super_admin'], 'correct horse\n');
  await hub.start();
  await hub.signIn();
  await hub.product('SKU-1', '1', 5);
  await hub.program.stop();
  // The shell's file size limit plays the full disk: no file may grow beyond 1 MB.
  const child = spawn('/bin/bash', ['-c', 'ulimit -f 1024; exec "$0" "$@"', binary, 'serve', '--db', hub.db,
    '--listen', `127.0.0.1:${hub.port}`, '--log-format', 'json'], { stdio: ['ignore', 'ignore', 'pipe'] });
  let text = '';
  child.stderr.on('data', (d) => (text += d));
  await until('the limited hub', () => hub.ready(), 30000);
  await hub.signIn();
  let refused, made = 0;
  for (let i = 0; i < 4000 && !refused; i++) {
    const r = await hub.raw('POST', '/api/v1/products', { title: 'x'.repeat(200), variants: [{ sku: `FULL-${i}`, price: { amount: '1.00', currency: 'TRY' }, initial_stock: 1 }] });
    if (r.status === 201) made++;
    else refused = r;
  }
  assert.ok(refused, 'the limit was never met');
  assert.equal(refused.status, 503, JSON.stringify(refused.value));
  assert.match(refused.value.detail, /disk|space|full/i);
  assert.match(text, /db\.full|full/);
  child.kill('SIGTERM');
  await new Promise((done) => child.once('exit', done));
  await hub.start();
  await hub.signIn();
  const products = await hub.all('/products');
  assert.equal(products.length, made + 1);
  assert.equal((await hub.raw('POST', '/api/v1/products', { title: 'y', variants: [{ sku: 'AFTER', price: { amount: '1.00', currency: 'TRY' } }] })).status, 201);
  assert.equal(hub.command(['ledger', 'verify']).code, 0);
  await hub.program.stop();
}));
