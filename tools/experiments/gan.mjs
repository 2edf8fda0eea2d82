// How good a StyleGAN2 becomes on all radiographs: trains 63 steps (1,008 images), then a run from the beginning, and holds the second against the first
// and against held-out images. Every finished part is kept; run it again to go on.
//
//   node tools/experiments/gan.mjs CXR_FOLDER RUNS_FOLDER [EVALUATION_FOLDER] [--size 32|64] [--evaluate-only]        after npm run build; CXR_FOLDER holds labels.csv and images
//
// With --evaluate-only it trains nothing and evaluates the newest snapshot, also of a run that goes on meanwhile.
// Writes tools/experiments/results/gan/cxrSIZE.json and cxrSIZE.png, from which RESULTS.md quotes.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const root = join(import.meta.dirname, '..', '..');
const { values, positionals } = parseArgs({ allowPositionals: true, options: { size: { type: 'string', default: '32' }, 'evaluate-only': { type: 'boolean', default: false } } });
const [source, runs, evaluation = runs && join(runs, `evaluation${values.size}`)] = positionals.map((path) => resolve(path));
const [name, start] = [`cxr${values.size}`, `start${values.size}`];
if (!source || !runs) {
  console.error('Cannot run the experiment without radiographs and a folder for runs: node tools/experiments/gan.mjs CXR_FOLDER RUNS_FOLDER [EVALUATION_FOLDER] [--size 32|64] [--evaluate-only]');
  process.exit(2);
}

const ENCODER = 'tools/experiments/encoders/moco-mild.safetensors';
const DATA = ['--data', join(source, 'labels.csv'), '--path-column', 'file', '--patient-column', 'patient_id', '--split-column', 'suggested_split', '--split', 'train', '--monitor-split', 'test', '--cache', join(runs, 'cache')];
const TRAINING = ['--image-size', values.size, '--channel-base', '1024', '--channel-maximum', '64', '--batch-size', '16', '--path-length-interval', '8', '--monitor-encoder', ENCODER, '--monitor-images', '600', '--threads', '1', '--workers', '0', '--seed', '1'];
const PARTS = [
  { name: start, length: ['--steps', '63', '--monitor-every', '63'] },
  { name, length: ['--steps', '12000', '--monitor-every', '500', '--checkpoint-every', '500', '--keep-checkpoints', '3'] },
];

function cxrIfa(...args) {
  console.log(`cxr-ifa ${args.join(' ')}`);
  const { status } = spawnSync(process.execPath, [join(root, 'apps', 'trainer', 'bin', 'cxr-ifa.js'), ...args], { stdio: 'inherit', cwd: root });
  if (status !== 0) process.exit(status ?? 1);
}

for (const { name: part, length } of values['evaluate-only'] ? [] : PARTS) {
  const run = join(runs, part);
  if (existsSync(join(run, 'config.json'))) cxrIfa('gan', 'train', '--resume', run);
  else cxrIfa('gan', 'train', ...DATA, ...TRAINING, ...length, '--out', run);
}
if (existsSync(join(evaluation, 'evaluation.json'))) rmSync(evaluation, { recursive: true }); // of an evaluation before; another folder is refused by the command
cxrIfa('gan', 'evaluate', '--run', join(runs, name), '--baseline', join(runs, start), '--encoder', ENCODER, '--threads', '1', '--workers', '0', '--out', evaluation);

const { command: _, options: __, format: ___, ...row } = JSON.parse(readFileSync(join(evaluation, 'evaluation.json'), 'utf8'));
const results = join(import.meta.dirname, 'results', 'gan');
mkdirSync(results, { recursive: true });
const here = (path) => relative(runs, path); // no folder of this machine
writeFileSync(
  join(results, `${name}.json`),
  `${JSON.stringify({ date: new Date().toISOString().slice(0, 10), processor: cpus()[0].model.trim(), training: [...TRAINING, ...PARTS[1].length].join(' '), ...row, run: here(row.run), baseline: { ...row.baseline, run: here(row.baseline.run) } }, null, 2)}\n`,
);
copyFileSync(join(evaluation, 'samples.png'), join(results, `${name}.png`));
