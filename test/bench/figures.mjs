// figures.mjs: what becomes of samples: percentiles, ratios to the floor, the table and the file.
import { closeSync, fdatasyncSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { cpus, release, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { binary } from '../e2e/house.mjs';

// Nearest rank: a value that was really measured.
export function percentile(samples, share) {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

export const spread = (samples) => ({
  p50: percentile(samples, 0.5),
  p95: percentile(samples, 0.95),
  p99: percentile(samples, 0.99),
});

const rounded = (n) => (Math.abs(n) >= 100 ? Math.round(n) : Number(n.toPrecision(3)));
const roundAll = (values) => Object.fromEntries(Object.entries(values).map(([key, n]) => [key, rounded(n)]));

// One result: {name, what, unit, values, floor: {what, values}, ratio, goal}. The ratio stands for every
// figure that the floor has too; the goal is design's, shown and never asserted.
export function result({ name, what, unit, values, floor, goal, more }) {
  const ratio = {};
  for (const [key, n] of Object.entries(values)) if (floor?.values[key]) ratio[key] = rounded(n / floor.values[key]);
  return {
    name, what, unit,
    values: roundAll(values),
    floor: floor ? { what: floor.what, values: roundAll(floor.values) } : null,
    ratio,
    goal: goal ?? null,
    ...(more ? { more: roundAll(more) } : {}),
  };
}

// What one write that must survive a power cut costs here: every commit waits for it.
function diskSync() {
  const folder = mkdtempSync(join(tmpdir(), 'bedesten-bench-'));
  const file = openSync(join(folder, 'file'), 'w');
  const page = Buffer.alloc(4096);
  const took = Array.from({ length: 200 }, (_, i) => {
    const at = process.hrtime.bigint();
    writeSync(file, page, 0, page.length, i * page.length);
    fdatasyncSync(file);
    return Number(process.hrtime.bigint() - at) / 1e6;
  });
  closeSync(file);
  rmSync(folder, { recursive: true });
  return roundAll(spread(took));
}

export const load = () => Number(readFileSync('/proc/loadavg', 'utf8').split(' ')[0]);

export function machine() {
  const version = spawnSync(binary, ['--version'], { encoding: 'utf8' }).stdout.trim();
  const commit = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).stdout?.trim() || null;
  const [cpu] = cpus();
  return {
    date: new Date().toISOString(),
    version,
    commit,
    cores: cpus().length,
    processor: cpu.model.trim(),
    memory_mib: Math.round(totalmem() / 2 ** 20),
    kernel: release(),
    disk_sync_ms: diskSync(),
    load_before: load(),
  };
}

const shown = (values) =>
  Object.entries(values ?? {}).map(([key, n]) => (key === 'value' ? `${n}` : `${key} ${n}`)).join('  ');

export function table(report) {
  const { p50, p95 } = report.disk_sync_ms;
  const rows = [['what', 'unit', 'measured', 'floor in the same run', 'ratio', 'goal']];
  for (const r of report.results) {
    rows.push([r.name, r.unit, shown(r.values), shown(r.floor?.values), shown(r.ratio), r.goal ?? '']);
    if (r.more) rows.push(['', '', `(${shown(r.more)})`, '', '', '']);
  }
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  const line = (row) => row.map((cell, i) => cell.padEnd(widths[i])).join('  ').trimEnd();
  return [
    `${report.version} on ${report.cores} cores (${report.processor}), ${report.date}`,
    `A 4 KiB write and its fdatasync take ${p50} ms (p95 ${p95}); load ${report.load_before} before, ${report.load_after} after.`,
    '',
    line(rows[0]),
    widths.map((w) => '-'.repeat(w)).join('  '),
    ...rows.slice(1).map(line),
  ].join('\n');
}

// The same for docs/performance.md.
export function markdown(report) {
  const { p50, p95 } = report.disk_sync_ms;
  const cells = (r) => [r.name, r.unit, shown(r.values), shown(r.floor?.values), shown(r.ratio), r.goal ?? ''];
  return [
    `${report.version}, ${report.date.slice(0, 10)}, ${report.cores} cores (${report.processor}), ${Math.round(report.memory_mib / 1024)} GiB, Linux ${report.kernel.split('-')[0]}.`,
    `A 4 KiB write and its \`fdatasync\` took ${p50} ms (p95 ${p95} ms). Load before ${report.load_before}, after ${report.load_after}.`,
    '',
    '| | unit | measured | floor | ratio | goal |',
    '|---|---|---|---|---|---|',
    ...report.results.map((r) => `| ${cells(r).join(' | ')} |`),
    '',
    ...report.results.filter((r) => r.more).map((r) => `- ${r.name}: ${shown(r.more).replaceAll('  ', ', ')}`),
  ].join('\n');
}

export const write = (file, report) => writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
