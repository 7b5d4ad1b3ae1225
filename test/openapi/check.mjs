/**
 * check.mjs: holds what the API answered against docs/openapi/bedesten.yaml.
 *
 *   node check.mjs RECORDING [--openapi FILE]
 *
 * The recording is what test_contract writes to BEDESTEN_RECORD, JSON lines of three kinds:
 *   {method, path, status, content_type, body}   a reply, its body as text
 *   {message}                                    what came over the live socket
 *   {route: {method, path, public}}              a route of the program
 *
 * Every reply must be described (path, method, status, content type, body), every operation must have
 * been seen to succeed, and the routes of the program must be the operations of the description.
 * Exit 1 names what is not so.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

const METHODS = ['get', 'put', 'post', 'patch', 'delete'];
const SCHEMA_ID = 'openapi';
const PROBLEM = 'application/problem+json';
// Kinds of messages over the live socket: described, but part of no reply.
const LIVE = ['LiveEvent', 'LiveReset'];

export const readLines = (text) =>
  text
    .split('\n')
    .filter((line) => line.trim())
    .map((line) => JSON.parse(line));

/** Every operation with its whole path and a pattern that real paths match. */
export function operationsOf(api) {
  const base = (servers) => (servers?.[0]?.url ?? '').replace(/\/$/, '');
  return Object.entries(api.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => {
      const whole = base(item[method].servers ?? item.servers ?? api.servers) + path;
      return {
        id: item[method].operationId,
        method: method.toUpperCase(),
        path: whole,
        parts: whole.split('/').map((part) => (part.startsWith('{') ? null : part)),
        operation: item[method],
        isPublic: (item[method].security ?? api.security ?? []).length === 0,
        pointer: `#/paths/${escapePointer(path)}/${method}`,
      };
    }),
  );
}

const escapePointer = (text) =>
  encodeURIComponent(text.replaceAll('~', '~0').replaceAll('/', '~1'));

/** Literal parts win over places, the earlier part over the later. */
export function findOperation(operations, method, path) {
  const parts = path.split('/');
  const rank = (op) => op.parts.map((part) => (part === null ? '0' : '1')).join('');
  return operations
    .filter(
      (op) =>
        op.method === method &&
        op.parts.length === parts.length &&
        op.parts.every((part, i) => (part === null ? parts[i] !== '' : part === parts[i])),
    )
    .sort((a, b) => rank(b).localeCompare(rank(a)))[0];
}

/** Follows a `$ref` to the thing and says where it stands. */
function follow(api, thing, pointer) {
  if (!thing?.$ref) return { thing, pointer };
  const found = thing.$ref
    .slice(2)
    .split('/')
    .reduce((at, key) => at[key.replaceAll('~1', '/').replaceAll('~0', '~')], api);
  return follow(api, found, thing.$ref);
}

export function makeValidator(api) {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true });
  addFormats(ajv);
  ajv.addSchema({ ...api, $id: SCHEMA_ID });
  const compiled = new Map();
  return (pointer, value) => {
    if (!compiled.has(pointer)) compiled.set(pointer, ajv.compile({ $ref: SCHEMA_ID + pointer }));
    const validate = compiled.get(pointer);
    if (validate(value)) return [];
    return validate.errors.map(
      (e) => `${e.instancePath || '/'} ${e.message} ${JSON.stringify(e.params)}`,
    );
  };
}

const mediaType = (contentType) => contentType.split(';')[0].trim().toLowerCase();

/** What is wrong with one exchange, as sentences. */
export function faultsOf(api, operations, validate, exchange) {
  const op = findOperation(operations, exchange.method, exchange.path);
  if (!op) return [`no operation takes ${exchange.method} ${exchange.path}`];
  const responses = op.operation.responses;
  const key = responses[exchange.status] ? String(exchange.status) : 'default';
  if (!responses[key]) return [`${op.id}: status ${exchange.status} is not described`];
  const { thing: response, pointer } = follow(
    api,
    responses[key],
    `${op.pointer}/responses/${key}`,
  );
  if (key === 'default' && exchange.status < 400)
    return [`${op.id}: success ${exchange.status} is not described`];
  const type = mediaType(exchange.content_type);
  if (!response.content)
    return exchange.body ? [`${op.id}: ${exchange.status} should have no body`] : [];
  if (exchange.status >= 400 && key === 'default' && type !== PROBLEM)
    return [`${op.id}: ${exchange.status} is ${type || 'untyped'}, not ${PROBLEM}`];
  if (!response.content[type]) return [`${op.id}: ${exchange.status} has the type ${type}`];
  if (!type.endsWith('json')) return [];
  const schema = `${pointer}/content/${escapePointer(type)}/schema`;
  return validate(schema, JSON.parse(exchange.body)).map(
    (fault) => `${op.id} ${exchange.status}: ${fault}`,
  );
}

export function unseen(operations, exchanges) {
  const seen = new Set(
    exchanges
      .filter((x) => x.status < 300)
      .map((x) => findOperation(operations, x.method, x.path)?.id),
  );
  return operations.filter((op) => !seen.has(op.id)).map((op) => `${op.id} was never seen to succeed`);
}

const shape = (method, path) => `${method} ${path.replaceAll(/\{[^}]*\}/g, '{}')}`;

/** The program's routes against the description's operations, both ways. */
export function routeFaults(operations, routes) {
  const described = new Map(operations.map((op) => [shape(op.method, op.path), op]));
  const real = new Map(routes.map((route) => [shape(route.method, route.path), route]));
  return [
    ...[...real.keys()].filter((key) => !described.has(key)).map((key) => `${key} is not described`),
    ...[...described.keys()].filter((key) => !real.has(key)).map((key) => `${key} is no route`),
    ...[...real]
      .filter(([key, route]) => described.has(key) && described.get(key).isPublic !== route.public)
      .map(([key, route]) => `${key} is ${route.public ? 'public' : 'not public'}, but described otherwise`),
  ];
}

export function messageFaults(validate, messages) {
  return messages.flatMap(({ message }) => {
    const results = LIVE.map((name) => validate(`#/components/schemas/${name}`, JSON.parse(message)));
    return results.some((faults) => faults.length === 0)
      ? []
      : [`live message ${message}: ${results.flat().join('; ')}`];
  });
}

function main() {
  const here = dirname(fileURLToPath(import.meta.url));
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      openapi: { type: 'string', default: join(here, '../../docs/openapi/bedesten.yaml') },
    },
  });
  if (positionals.length !== 1) throw new Error('one recording is needed');
  const api = parse(readFileSync(values.openapi, 'utf8'));
  const operations = operationsOf(api);
  const validate = makeValidator(api);
  const lines = readLines(readFileSync(positionals[0], 'utf8'));
  const exchanges = lines.filter((line) => line.status);
  const routes = lines.filter((line) => line.route).map((line) => line.route);
  const messages = lines.filter((line) => line.message);
  const faults = new Set([
    ...exchanges.flatMap((x) => faultsOf(api, operations, validate, x)),
    ...messageFaults(validate, messages),
    ...unseen(operations, exchanges),
    ...routeFaults(operations, routes),
  ]);
  for (const fault of faults) console.error(fault);
  const checks = exchanges.length + messages.length + operations.length + routes.length;
  console.log(`${Math.max(0, checks - faults.size)} passed, ${faults.size} failed`);
  if (faults.size) process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
