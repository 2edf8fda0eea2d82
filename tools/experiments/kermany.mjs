// What MoCo + IFA learns from the Kermany radiographs, against a random encoder of the same shape: pre-trains on the training split without
// labels, probes two tasks, and compares on the same test images by a patient bootstrap. Every finished part is kept; run it again to go on.
//
//   node tools/experiments/kermany.mjs CXR_FOLDER [RUNS_FOLDER]        after npm run build; CXR_FOLDER holds labels.csv and kermany224/
//
// Writes tools/experiments/results/kermany.json, from which RESULTS.md quotes.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const [source, runs = join(root, 'runs', 'kermany')] = process.argv.slice(2).map((path) => resolve(path));
if (!source) {
  console.error('Cannot run the experiment without its radiographs: node tools/experiments/kermany.mjs CXR_FOLDER [RUNS_FOLDER]');
  process.exit(2);
}
mkdirSync(runs, { recursive: true });

const SHAPE = ['--arch', 'resnet18', '--width', '32', '--image-size', '64'];
const DATA = ['--data', join(source, 'labels.csv'), '--path-column', 'file', '--where', 'source=kermany224', '--split-column', 'suggested_split', '--cache', join(runs, 'cache')];
const LABELS = [...DATA, '--label-column', 'labels', '--patient-column', 'patient_id', '--keep-ids'];
const TRAINING = [...DATA, '--split', 'train', ...SHAPE, '--epochs', '30', '--batch-size', '64', '--queue-size', '1344', '--momentum', '0.99', '--learning-rate', '0.06', '--ifa', 'released', '--augment', 'cxr-strong', '--seed', '1', '--checkpoint-every', '210', '--keep-checkpoints', '10'];
const SEEDS = [1, 2, 3, 4, 5];
const TASKS = [
  { name: 'bacterial against viral pneumonia, all labels', finding: 'bacteria', options: ['--among', 'PNEUMONIA', '--findings', 'bacteria'], seeds: [1] },
  { name: 'pneumonia against normal, labels of 1 % of the patients', finding: 'PNEUMONIA', options: ['--findings', 'PNEUMONIA', '--fraction', '0.01'], seeds: SEEDS },
];

function cxrIfa(...args) {
  console.log(`cxr-ifa ${args.join(' ')}`);
  const { status } = spawnSync(process.execPath, [join(root, 'apps', 'trainer', 'bin', 'cxr-ifa.js'), ...args], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

/** Trains a classifier unless its metrics are there; what an interrupted attempt left goes first. */
function classify(folder, init, options, seed) {
  const out = join(runs, folder);
  if (!existsSync(join(out, 'metrics.json'))) {
    rmSync(out, { recursive: true, force: true });
    cxrIfa('classify', 'train', '--init', ...init, ...LABELS, ...options, '--seed', String(seed), '--out', out);
  }
  return out;
}

const pretrained = join(runs, 'moco-ifa');
if (existsSync(join(pretrained, 'checkpoints'))) cxrIfa('pretrain', '--resume', pretrained);
else {
  rmSync(pretrained, { recursive: true, force: true });
  cxrIfa('pretrain', ...TRAINING, '--out', pretrained);
}

const rows = TASKS.flatMap(({ name, finding, options, seeds }) =>
  seeds.map((seed) => {
    const [ours, floor] = [classify(`${finding}-${seed}-pretrained`, [pretrained], options, seed), classify(`${finding}-${seed}-random`, ['random', ...SHAPE], options, seed)];
    const comparison = join(runs, `${finding}-${seed}.json`);
    cxrIfa('classify', 'compare', ours, floor, '--samples', '5000', '--out', comparison);
    const { findings } = JSON.parse(readFileSync(comparison, 'utf8'));
    const used = JSON.parse(readFileSync(join(ours, 'metrics.json'), 'utf8')).counts;
    return { task: name, seed, trainingImages: used.trainUsed, testImages: used.test, ...findings[0] };
  }),
);
mkdirSync(join(import.meta.dirname, 'results'), { recursive: true });
writeFileSync(join(import.meta.dirname, 'results', 'kermany.json'), `${JSON.stringify({ date: new Date().toISOString().slice(0, 10), training: TRAINING.slice(DATA.length).join(' '), rows }, null, 2)}\n`);
