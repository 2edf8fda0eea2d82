// What GAN inversion keeps of radiographs, with any encoder as perceptual loss: images that the generator drew itself, held-out radiographs by an encoder, and perceptual encoders side by
// side. Finished parts are kept: run it again to go on. Another generator needs another --out.
//
//   node tools/experiments/inversion.mjs CXR_FOLDER GAN_RUN [--out FOLDER] [--rows FOLDER] [--parts drawn,encoder,table] [--threads N] [--steps N] [--drawn-steps N] [--real-steps N]
//                                         [--images N] [--table-images N] [--table-steps N]
//                                         after npm run build; CXR_FOLDER holds labels.csv and kermany224/; GAN_RUN is a run of gan train, or one of its checkpoints
//
// drawn: W+ and noise of 16 images that the generator drew, --steps steps. encoder: trained for --drawn-steps on drawn and --real-steps on real images of the training split, then one pass over
// --images radiographs of the test split. table: --table-images of the same split with every perceptual encoder, --table-steps steps. A judge (moco-mild) and a linear probe on it
// (pneumonia against normal) look at the last two; no row is made with either. Writes the rows that are to be committed to --rows (default: beside this file), without paths.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const root = join(import.meta.dirname, '..', '..');
const text = (value) => ({ type: 'string', default: value });
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: text(join(root, 'runs', 'inversion')),
    rows: text(join(import.meta.dirname, 'results', 'inversion')),
    parts: text('drawn,encoder,table'),
    threads: text('1'),
    steps: text('600'),
    'drawn-steps': text('1000'),
    'real-steps': text('1000'),
    images: text('200'),
    'table-images': text('64'),
    'table-steps': text('200'),
  },
});
const [source, gan] = positionals.map((path) => resolve(path));
if (!gan) {
  console.error('Cannot run the experiment without radiographs and a generator: node tools/experiments/inversion.mjs CXR_FOLDER GAN_RUN');
  process.exit(2);
}
const [out, rows] = [resolve(values.out), resolve(values.rows)];
for (const folder of [out, rows]) mkdirSync(folder, { recursive: true });
const encoders = join(import.meta.dirname, 'encoders');
const encoder = (name) => join(encoders, `${name}.safetensors`);
const COLUMNS = ['--path-column', 'file', '--label-column', 'labels', '--patient-column', 'patient_id', '--split-column', 'suggested_split'];
const DATA = ['--data', join(source, 'labels.csv'), ...COLUMNS, '--cache', join(out, 'cache'), '--workers', '0'];
const TEST = [...DATA, '--where', 'source=kermany224', '--split', 'test'];
const HOST = ['--threads', values.threads, '--seed', '1'];

/** Runs a command, and says how long it took. */
function run(...args) {
  const line = `cxr-ifa ${args.join(' ')}`.replaceAll(gan, 'GAN_RUN').replaceAll(out, 'OUT').replaceAll(source, 'CXR_FOLDER').replaceAll(encoders, 'tools/experiments/encoders');
  console.log(line);
  const start = performance.now();
  const { status } = spawnSync(process.execPath, [join(root, 'apps', 'trainer', 'bin', 'cxr-ifa.js'), ...args], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
  return { command: line, seconds: Math.round((performance.now() - start) / 1000) };
}

/** Runs a command whose folder is not there yet; what was half made is made anew. */
function once(name, ...args) {
  const note = join(out, `${name}.done.json`);
  if (existsSync(note)) return JSON.parse(readFileSync(note, 'utf8'));
  rmSync(join(out, name), { recursive: true, force: true });
  const result = run(...args, '--out', join(out, name));
  writeFileSync(note, JSON.stringify(result));
  return result;
}

const read = (...path) => JSON.parse(readFileSync(join(out, ...path), 'utf8'));
const write = (name, row) => writeFileSync(join(rows, `${name}.json`), `${JSON.stringify({ date: new Date().toISOString().slice(0, 10), cpu: cpus()[0].model, node: process.version, threads: Number(values.threads), ...row }, null, 1)}\n`);

const parts = values.parts.split(',');
const judged = () => {
  once('classifier', 'classify', 'train', '--init', encoder('moco-mild'), ...DATA, '--where', 'source=kermany224', '--findings', 'PNEUMONIA', ...HOST);
  return ['--judge', `moco-mild=${encoder('moco-mild')}`, '--classifier', join(out, 'classifier')];
};

if (parts.includes('drawn')) {
  const made = once('drawn', 'invert', 'run', '--gan', gan, '--drawn', '16', '--steps', values.steps, ...HOST);
  const { generatorStep, summary, meanLatent, perImage } = read('drawn', 'metrics.json');
  write('drawn', { ...made, generatorStep, images: perImage.length, psnr: summary['psnr.median'], psnrOfMeanImage: meanLatent['psnr.median'], perImage: perImage.map(({ psnr }) => psnr) });
}
if (parts.includes('encoder')) {
  const trained = existsSync(join(out, 'inverter', 'config.json')) && !existsSync(join(out, 'inverter.done.json')) ? run('invert', 'train', '--resume', join(out, 'inverter'), '--threads', values.threads) : once('inverter', 'invert', 'train', '--gan', gan, ...DATA, '--split', 'train', '--init', encoder('moco-as-long'), '--perceptual', encoder('moco-as-long'), '--drawn-steps', values['drawn-steps'], '--steps', values['real-steps'], ...HOST);
  writeFileSync(join(out, 'inverter.done.json'), JSON.stringify(trained));
  const made = once('encoded', 'invert', 'run', '--gan', gan, ...TEST, '--count', values.images, '--method', 'encode', '--encoder', join(out, 'inverter'), ...HOST);
  const evaluated = once('judged', 'invert', 'evaluate', '--run', join(out, 'encoded'), ...judged(), '--data', join(source, 'labels.csv'), ...COLUMNS, ...HOST);
  const { leak } = read('encoded', 'metrics.json');
  const { inversion, images, patients, bootstrap, metrics, findings, distances } = read('judged', 'summary.json');
  write('encoder', { commands: [trained, made, evaluated], generatorStep: inversion.generatorStep, images, patients, leak, bootstrap, metrics, findings, distances });
}
if (parts.includes('table')) {
  const perceptual = ['none', 'random', ...['moco-as-long', 'moco-then-released', 'aligned'].map((name) => `${name}=${encoder(name)}`)].flatMap((own) => ['--perceptual', own]);
  const made = run('experiment', 'inversion', '--gan', gan, ...TEST, '--count', values['table-images'], '--steps', values['table-steps'], ...perceptual, '--arch', 'resnet18', '--width', '32', ...judged(), ...HOST, '--out', join(out, 'table'));
  const { images, patients, samples, confidence, baseline, generator, rows: own, metrics, findings, distances } = read('table', 'results.json');
  write('table', { ...made, images, patients, samples, confidence, baseline, generator, rows: own.map((row) => ({ ...row, encoder: row.encoder && basename(row.encoder) })), metrics, findings, distances });
  writeFileSync(join(rows, 'table.csv'), readFileSync(join(out, 'table', 'table.csv')));
}
