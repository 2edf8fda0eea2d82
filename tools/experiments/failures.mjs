// Whether the verdict on training tells apart what runs were made to fail at: small runs on phantoms, several seeds, and the verdict on each log.
//
//   node tools/experiments/failures.mjs [RUNS_FOLDER] [--seeds 1,2,3] [--workers N] [--threads N]        after npm run build; resumable
//
// The thresholds of apps/trainer/src/monitor/rules.ts were set on runs with the seed 101; the seeds here are others, and no threshold was changed after them.
// Writes tools/experiments/results/failures.json, from which RESULTS.md quotes.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const root = join(import.meta.dirname, '..', '..');
const { values, positionals } = parseArgs({ allowPositionals: true, options: { seeds: { type: 'string', default: '1,2,3' }, only: { type: 'string' }, threads: { type: 'string', default: '1' } } });
const runs = resolve(positionals[0] ?? join(root, 'runs', 'failures'));
const seeds = values.seeds.split(',').map(Number);
mkdirSync(runs, { recursive: true });

const COMMON = ['--arch', 'resnet18', '--width', '8', '--batch-size', '32', '--learning-rate', '0.06', '--schedule', 'constant', '--ifa', 'none', '--checkpoint-every', '100000', '--log-every', '5', '--monitor-every', '20', '--tensorboard', 'off', '--workers', '0', '--threads', values.threads];
const SIZES = { small: 32, large: 48 };
/** How each run is made to fail, and what it is then to be called. */
const CASES = JSON.parse(readFileSync(join(import.meta.dirname, 'failures.json'), 'utf8'));

function cxrIfa(...args) {
  const { status, stdout } = spawnSync(process.execPath, [join(root, 'apps', 'trainer', 'bin', 'cxr-ifa.js'), ...args], { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' });
  if (status !== 0) process.exit(status ?? 1);
  return stdout;
}

/** Phantoms, prepared once at each size. */
function dataOf(imageSize) {
  const [images, prepared] = [join(runs, 'phantoms'), join(runs, `prepared-${imageSize}`)];
  if (!existsSync(join(images, 'labels.csv'))) {
    rmSync(images, { recursive: true, force: true });
    cxrIfa('data', 'phantom', '--count', '600', '--size', '64', '--seed', '5', '--out', images);
  }
  if (!existsSync(join(prepared, 'cache.json'))) cxrIfa('data', 'prepare', '--data', images, '--image-size', String(imageSize), '--out', prepared);
  return prepared;
}

/** The verdict that a finished run ended with: its last lines. */
function verdictOf(output) {
  const line = output.split('\n').filter((text) => text.startsWith('Verdict: ')).at(-1);
  const [, name, sentence, evidence] = /^Verdict: ([^.]+)\. ([^(]+) \((.*)\)$/.exec(line);
  return { name, sentence, evidence };
}

const rows = [];
for (const seed of seeds) {
  for (const { name, expected, size, options } of CASES) {
    if (values.only !== undefined && !values.only.split(',').includes(name)) continue;
    const imageSize = SIZES[size];
    const out = join(runs, `${name}-${seed}`);
    const log = `${out}.log`;
    if (!existsSync(log)) {
      rmSync(out, { recursive: true, force: true });
      const output = cxrIfa('pretrain', '--data', dataOf(imageSize), '--image-size', String(imageSize), ...COMMON, ...options, '--seed', String(seed), '--out', out);
      writeFileSync(log, output);
    }
    const verdict = verdictOf(readFileSync(log, 'utf8'));
    rows.push({ case: name, seed, expected, ...verdict });
    console.log(`${name} ${seed}: expected ${expected}, found ${verdict.name} (${verdict.evidence})`);
  }
}

/** Of each case, how often each verdict was found. */
const table = CASES.filter(({ name }) => rows.some((row) => row.case === name)).map(({ name, expected, options }) => {
  const found = rows.filter((row) => row.case === name);
  const counts = Object.entries(Object.groupBy(found, (row) => row.name)).map(([verdict, { length }]) => `${verdict} ${length}`);
  return `| ${name} | ${options.join(' ')} | ${expected} | ${counts.join(', ')} |`;
});
console.log(['| case | options | made to be | found, of seeds |', '| --- | --- | --- | --- |', ...table].join('\n'));
const right = rows.filter(({ expected, name }) => expected === name).length;
console.log(`${right} of ${rows.length} as they were made`);
if (values.only === undefined) {
  mkdirSync(join(import.meta.dirname, 'results'), { recursive: true });
  writeFileSync(join(import.meta.dirname, 'results', 'failures.json'), `${JSON.stringify({ date: new Date().toISOString().slice(0, 10), common: COMMON.join(' '), rows }, null, 2)}\n`);
}
