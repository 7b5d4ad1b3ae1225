// The check itself must be able to fail: each row is a reply or a route that is not as described.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { parse } from 'yaml';
import {
  faultsOf,
  findOperation,
  makeValidator,
  messageFaults,
  operationsOf,
  routeFaults,
  unseen,
} from './check.mjs';

const api = parse(
  readFileSync(new URL('../../docs/openapi/bedesten.yaml', import.meta.url), 'utf8'),
);
const operations = operationsOf(api);
const validate = makeValidator(api);
const reply = (over) => ({
  method: 'GET',
  path: '/api/v1/orders/count',
  status: 200,
  content_type: 'application/json',
  body: '{"n":1,"exact":true}',
  ...over,
});
const problem = {
  type: 'x', title: 'x', status: 404, kind: 'not_found', code: 'x', detail: 'x', args: {}, request_id: 'x',
};

test('a reply as described has no fault', () => {
  assert.deepEqual(faultsOf(api, operations, validate, reply()), []);
  const refused = { status: 404, content_type: 'application/problem+json', body: JSON.stringify(problem) };
  assert.deepEqual(faultsOf(api, operations, validate, reply(refused)), []);
});

for (const [name, over] of [
  ['an unknown path', { path: '/api/v1/nothing' }],
  ['an unknown method', { method: 'PATCH' }],
  ['a field that is missing', { body: '{"n":1}' }],
  ['a field too many', { body: '{"n":1,"exact":true,"extra":1}' }],
  ['a wrong kind', { body: '{"n":"1","exact":true}' }],
  ['a success that is not described', { status: 201 }],
  ['a wrong type', { content_type: 'text/html' }],
  ['a refusal that is no problem', { status: 500 }],
  ['a problem without its kind', {
    status: 404, content_type: 'application/problem+json', body: JSON.stringify({ ...problem, kind: undefined }),
  }],
  ['a body where none may be', { method: 'DELETE', path: '/api/v1/session', status: 204 }],
])
  test(`${name} is a fault`, () => {
    assert.notDeepEqual(faultsOf(api, operations, validate, reply(over)), []);
  });

test('literal paths win over places', () => {
  assert.equal(findOperation(operations, 'GET', '/api/v1/orders/count').id, 'countOrders');
  assert.equal(findOperation(operations, 'GET', '/api/v1/orders/7').id, 'getOrder');
});

test('an operation that never succeeded is named', () => {
  const left = unseen(operations, [reply()]);
  assert.equal(left.length, operations.length - 1);
});

test('routes and operations are the same', () => {
  const routes = operations.map((op) => ({ method: op.method, path: op.path, public: op.isPublic }));
  assert.deepEqual(routeFaults(operations, routes), []);
  assert.equal(routeFaults(operations, routes.slice(1)).length, 1);
  assert.equal(routeFaults(operations, [...routes, { method: 'GET', path: '/x' }]).length, 1);
  const opened = routes.map((route, i) => (i ? route : { ...route, public: !route.public }));
  assert.equal(routeFaults(operations, opened).length, 1);
});

test('live messages are events or resets', () => {
  assert.deepEqual(messageFaults(validate, [{ message: '{"reset":true,"seq":"5"}' }]), []);
  assert.equal(messageFaults(validate, [{ message: '{"seq":"5"}' }]).length, 1);
});
