// What few and unbalanced labels are enough for, with any encoders side by side, against both floors: a random encoder of the same shape, and 60 principal components
// of 32 x 32 pixels. Every finished cell is kept: run it again, with more encoders if you like, to go on.
//
//   node tools/experiments/scarcity.mjs CXR_FOLDER [--encoders FOLDER] [--out FOLDER] [--methods linear,fine-tune] [--experiment scarcity|imbalance|both] [--task NAME] [--threads N] [--handlings NAMES]
//                                       after npm run build; CXR_FOLDER holds labels.csv, kermany224/ and nih256/
//
// Encoders are the *.safetensors files and run folders in --encoders (default: tools/experiments/encoders), by their names. Writes a folder a task with report.html,
// table.csv, results.json and cells.jsonl. Linear cells take about a second each once features are there; a fine-tune cell is 100 steps of 32 images, whatever the
// share of labels.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const root = join(import.meta.dirname, '..', '..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    encoders: { type: 'string', default: join(import.meta.dirname, 'encoders') },
    out: { type: 'string', default: join(root, 'runs', 'scarcity') },
    methods: { type: 'string', default: 'linear' },
    experiment: { type: 'string', default: 'both' },
    task: { type: 'string' },
    threads: { type: 'string' },
    handlings: { type: 'string', default: 'none,class-weights,focal,logit-adjustment,balanced-sampling' },
  },
});
const [source] = positionals.map((path) => resolve(path));
if (!source) {
  console.error('Cannot run the experiment without its radiographs: node tools/experiments/scarcity.mjs CXR_FOLDER');
  process.exit(2);
}
const out = resolve(values.out);
mkdirSync(out, { recursive: true });

const SHAPE = ['--arch', 'resnet18', '--width', '32', '--image-size', '64'];
const DATA = ['--data', join(source, 'labels.csv'), '--path-column', 'file', '--label-column', 'labels', '--patient-column', 'patient_id', '--split-column', 'suggested_split', '--cache', join(out, 'cache')];
// 1 % of nih256's training part is eight images, and is left out
const TASKS = {
  bacteria: { options: ['--where', 'source=kermany224', '--among', 'PNEUMONIA', '--findings', 'bacteria'], fractions: '0.01,0.05,0.1,0.5,1', ratios: '1,0.2,0.1,0.05,0.02' },
  pneumonia: { options: ['--where', 'source=kermany224', '--findings', 'PNEUMONIA'], fractions: '0.01,0.05,0.1,0.5,1', ratios: '1,0.2,0.1,0.05,0.02' },
  nih: { options: ['--where', 'source=nih256', '--findings', 'No Finding,Effusion,Pneumonia'], fractions: '0.05,0.1,0.5,1', ratios: '0.5,0.2,0.1,0.05' },
};
// A fine-tune cell takes a minute where a linear one takes a second: fewer draws and levels
const PLANS = {
  linear: { repeats: '5', scarcity: (task) => task.fractions, imbalance: (task) => task.ratios },
  'fine-tune': { repeats: '3', scarcity: () => '0.1,1', imbalance: () => '0.1' },
};

const encoders = existsSync(values.encoders) ? readdirSync(values.encoders).filter((name) => name.endsWith('.safetensors') || existsSync(join(values.encoders, name, 'checkpoints'))).sort() : [];
if (encoders.length === 0) console.log(`There is no encoder in ${values.encoders}: the floors alone`);
const inits = [...encoders.map((name) => `${basename(name, '.safetensors')}=${join(resolve(values.encoders), name)}`), 'random', 'components'].flatMap((init) => ['--init', init]);

for (const method of values.methods.split(',')) {
  const { repeats, ...levelsOf } = PLANS[method];
  for (const [name, task] of Object.entries(TASKS).filter(([name]) => !values.task || values.task === name)) {
    for (const experiment of ['scarcity', 'imbalance'].filter((kind) => [kind, 'both'].includes(values.experiment))) {
      const levels = [experiment === 'scarcity' ? '--fractions' : '--ratios', levelsOf[experiment](task)];
      const handlings = experiment === 'imbalance' && method === 'fine-tune' ? ['--handlings', values.handlings] : [];
      const args = ['experiment', experiment, ...inits, ...SHAPE, ...DATA, ...task.options, ...levels, ...handlings, '--methods', method, '--repeats', repeats, '--steps', '100', '--seed', '1', ...(values.threads ? ['--threads', values.threads] : []), '--out', join(out, `${experiment}-${name}-${method}`)];
      console.log(`cxr-ifa ${args.join(' ')}`);
      const { status } = spawnSync(process.execPath, [join(root, 'apps', 'trainer', 'bin', 'cxr-ifa.js'), ...args], { stdio: 'inherit' });
      if (status !== 0) process.exit(status ?? 1);
    }
  }
}
