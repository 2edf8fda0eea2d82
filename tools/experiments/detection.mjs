// The phantom experiment of detection: a pretrained against a random start, all labels and a tenth of them, three seeds. Every finished part is kept, and an unfinished one goes on: run it again.
// 1,430 phantoms, of which 1,000 are for training. The settings were tuned on phantoms of seed 1; these are of seed 2.
//
//   node tools/experiments/detection.mjs [RUNS_FOLDER] [--reasons] [--small]        after npm run build; --small is a rehearsal of minutes, not a result
//
// With --reasons it then asks what the pretrained start lacks: seed 1 with all labels once more, one thing changed at a time, and what helps with the other seeds too.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const root = join(import.meta.dirname, '..', '..');
const { values, positionals } = parseArgs({ allowPositionals: true, options: { small: { type: 'boolean', default: false }, reasons: { type: 'boolean', default: false } } });
const { small } = values;
const runs = resolve(positionals[0] ?? join(root, 'runs', small ? 'detection-small' : 'detection'));
const sizes = small
  ? { count: 100, size: 64, width: 8, pretraining: ['--steps', '40', '--batch-size', '16', '--queue-size', '32'], training: ['--steps', '40', '--evaluate-every', '10', '--batch-size', '8', '--channels', '16', '--depth', '1', '--samples', '100'], cells: ['--fractions', '1', '--seeds', '1'] }
  : { count: 1430, size: 128, width: 16, pretraining: ['--steps', '600', '--batch-size', '32', '--queue-size', '256'], training: ['--steps', '800', '--evaluate-every', '80', '--batch-size', '8', '--channels', '32', '--depth', '2', '--learning-rate', '0.002'], cells: ['--fractions', '1,0.1', '--seeds', '1,2,3'] };

/** Runs the program; `done` is what it leaves when it has ended well. */
function cxrIfa(done, ...args) {
  if (done && existsSync(done)) return;
  console.log(`cxr-ifa ${args.join(' ')}`);
  const { status } = spawnSync(process.execPath, [join(root, 'apps', 'trainer', 'bin', 'cxr-ifa.js'), ...args], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

/** A command that leaves a run in `folder`: a run that has its config goes on where it stands, and is quick to find that it has ended. */
function cxrIfaRun(folder, command, ...args) {
  if (existsSync(join(folder, 'config.json'))) cxrIfa(undefined, ...command, '--resume', folder);
  else cxrIfa(undefined, ...command, ...args, '--out', folder);
}

const phantoms = join(runs, 'phantoms');
if (!existsSync(join(phantoms, 'phantom.json'))) rmSync(phantoms, { recursive: true, force: true });
cxrIfa(join(phantoms, 'phantom.json'), 'data', 'phantom', '--count', String(sizes.count), '--size', String(sizes.size), '--seed', '2', '--out', phantoms);
const images = ['--data', phantoms, '--labels', join(phantoms, 'labels.csv'), '--patient-column', 'patient', '--split-column', 'split'];
const pretrain = (folder, ...own) =>
  cxrIfaRun(folder, ['pretrain'], ...images, '--split', 'train', '--arch', 'resnet18', '--width', String(sizes.width), '--image-size', String(sizes.size), ...sizes.pretraining, '--momentum', '0.99', '--learning-rate', '0.06', '--ifa', 'none', '--checkpoint-every', '100', '--threads', '1', ...own);
const encoder = join(runs, 'encoder');
pretrain(encoder);
const detection = [...images, '--boxes', join(phantoms, 'boxes.json'), ...sizes.training, '--threads', '1'];
cxrIfa(undefined, 'experiment', 'detection', '--init', encoder, ...detection, ...sizes.cells, '--out', join(runs, 'runs'));
const results = join(root, 'tools', 'experiments', 'results', 'detection');
mkdirSync(results, { recursive: true });
if (!small) copyFileSync(join(runs, 'runs', 'results.json'), join(results, 'phantom.json'));

if (values.reasons) {
  const mild = join(runs, 'encoder-mild');
  pretrain(mild, '--augment', 'cxr');
  const REASONS = { 'slow encoder': [encoder, '--encoder-rate', '0.1'], 'mild views': [mild], 'mild views, slow encoder': [mild, '--encoder-rate', '0.1'], 'mild views, seed 2': [mild, '--seed', '2'], 'mild views, seed 3': [mild, '--seed', '3'] };
  const rows = Object.entries(REASONS).map(([name, [init, ...own]]) => {
    const folder = join(runs, 'reasons', name.replace(/\W+/g, '-'));
    if (!existsSync(join(folder, 'metrics.json'))) cxrIfaRun(folder, ['detect', 'train'], '--init', init, ...detection, '--cache', join(runs, 'runs', 'cache'), '--seed', '1', ...own);
    const { scores } = JSON.parse(readFileSync(join(folder, 'metrics.json'), 'utf8'));
    const looks = readFileSync(join(folder, 'metrics.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line)).filter(({ validationMap50 }) => validationMap50 !== undefined);
    return { name, map50: scores.map50, curve: looks.map(({ step, validationMap50 }) => [step, validationMap50]), findings: scores.findings };
  });
  if (!small) writeFileSync(join(results, 'reasons.json'), `${JSON.stringify({ date: new Date().toISOString().slice(0, 10), rows }, null, 1)}\n`);
  for (const { name, map50, curve } of rows) console.log(`${name}: mAP at 0.5 of ${map50.value?.toFixed(3)} (${map50.low?.toFixed(3)} to ${map50.high?.toFixed(3)}); validation ${curve.map(([, value]) => value.toFixed(3)).join(' ')}`);
}
