// Whether the verdict on training tells apart what runs were made to fail at: small runs on phantoms, several seeds, and the verdict on each log.
//
//   node tools/experiments/failures.mjs [RUNS_FOLDER] [--seeds 6,7,8] [--only normal,leak] [--threads N]        after npm run build; resumable
//
// The thresholds of packages/moco/src/rules.ts were set on runs with the seed 101; the seeds here are others, on which no threshold was set.
// Writes tools/experiments/results/failures.json, from which RESULTS.md quotes.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const root = join(import.meta.dirname, '..', '..');
const { values, positionals } = parseArgs({ allowPositionals: true, options: { seeds: { type: 'string', default: '6,7,8' }, only: { type: 'string' }, threads: { type: 'string', default: '1' } } });
const runs = resolve(positionals[0] ?? join(root, 'runs', 'failures'));
const seeds = values.seeds.split(',').map(Number);
mkdirSync(runs, { recursive: true });

const COMMON = ['--arch', 'resnet18', '--width', '8', '--batch-size', '32', '--queue-size', '256', '--momentum', '0.99', '--learning-rate', '0.06', '--schedule', 'constant', '--checkpoint-every', '100000', '--log-every', '5', '--monitor-every', '10', '--workers', '0', '--threads', values.threads];
/** How each run is made to fail, and what it is then to be called. */
const CASES = JSON.parse(readFileSync(join(import.meta.dirname, 'failures.json'), 'utf8'));

/** Options of a case in the place of the common ones. */
function optionsOf({ size, options }) {
  const common = COMMON.flatMap((word, index) => (index % 2 === 0 && !options.includes(word) ? COMMON.slice(index, index + 2) : []));
  return ['--image-size', String(size), ...common, ...options];
}

function cxrIfa(...args) {
  const { status, stdout } = spawnSync(process.execPath, [join(root, 'apps', 'trainer', 'bin', 'cxr-ifa.js'), ...args], { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' });
  if (status !== 0) process.exit(status ?? 1);
  return stdout;
}

/** Phantoms, prepared once at each size: 600 of 300 patients, or as few as a case says. */
function dataOf({ size, images = 600 }) {
  const [phantoms, prepared] = [join(runs, `phantoms-${images}`), join(runs, `prepared-${images}-${size}`)];
  if (!existsSync(join(phantoms, 'labels.csv'))) {
    rmSync(phantoms, { recursive: true, force: true });
    cxrIfa('data', 'phantom', '--count', String(images), '--size', '64', '--seed', images === 600 ? '5' : '6', '--out', phantoms);
  }
  if (!existsSync(join(prepared, 'cache.json'))) cxrIfa('data', 'prepare', '--data', phantoms, '--image-size', String(size), '--out', prepared);
  return prepared;
}

/** What a finished run says of itself when it is asked to go on. */
function verdictOf(run) {
  const line = cxrIfa('pretrain', '--resume', run).split('\n').find((text) => text.startsWith('Verdict: '));
  const [, name, sentence, evidence] = /^Verdict: ([^.]+)\. (.+?) \((.*)\)$/.exec(line);
  return { name, sentence, evidence };
}

const rows = [];
for (const seed of seeds) {
  for (const entry of CASES) {
    const { name, expected } = entry;
    if (values.only !== undefined && !values.only.split(',').includes(name)) continue;
    const run = join(runs, `${name}-${seed}`);
    if (!existsSync(join(run, 'checkpoints', 'latest'))) {
      rmSync(run, { recursive: true, force: true });
      cxrIfa('pretrain', '--data', dataOf(entry), ...optionsOf(entry), '--seed', String(seed), '--out', run);
    }
    const verdict = verdictOf(run);
    rows.push({ case: name, seed, expected, ...verdict });
    console.log(`${name} ${seed}: made to be ${expected}, found ${verdict.name} (${verdict.evidence})`);
  }
}

/** Of each case, how often each verdict was found. */
const table = CASES.filter(({ name }) => rows.some((row) => row.case === name)).map(({ name, expected, options }) => {
  const found = rows.filter((row) => row.case === name);
  const counts = [...new Set(found.map((row) => row.name))].map((verdict) => `${verdict} ${found.filter((row) => row.name === verdict).length}`);
  return `| ${name} | ${options.join(' ')} | ${expected} | ${counts.join(', ')} |`;
});
console.log(['| case | options | made to be | found, of seeds |', '| --- | --- | --- | --- |', ...table].join('\n'));
const right = rows.filter(({ expected, name }) => expected === name).length;
console.log(`${right} of ${rows.length} as they were made`);
if (values.only === undefined) {
  mkdirSync(join(import.meta.dirname, 'results'), { recursive: true });
  writeFileSync(join(import.meta.dirname, 'results', 'failures.json'), `${JSON.stringify({ date: new Date().toISOString().slice(0, 10), common: COMMON.join(' '), rows }, null, 2)}\n`);
}
