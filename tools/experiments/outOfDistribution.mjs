// Are images that are no chest radiographs told apart? Probes an encoder on the training images of a source of cxr-real, and predicts with that run test
// images of the same source, the same inverted, and images of other kinds: textures, noise, pages of text, and DICOM files of other body parts where there are any.
//
//   node tools/experiments/outOfDistribution.mjs DATA_FOLDER [--init random|RUN|CHECKPOINT] [--source nih256] [--images 200] [--out FILE.json]        after npm run build
//
// DATA_FOLDER holds cxr-real/ and dicom/. Writes tools/experiments/results/outOfDistribution-SOURCE.json, from which RESULTS.md quotes.
import { decodeImage, readTable } from '@cxr-ifa/datasets';
import { auroc, aurocStatistic, patientBootstrap } from '@cxr-ifa/metrics';
import { createRng } from '@cxr-ifa/tensor';
import { encode } from 'fast-png';
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { inflateSync } from 'node:zlib';

const root = join(import.meta.dirname, '..', '..');
const { values, positionals } = parseArgs({ allowPositionals: true, options: { init: { type: 'string', default: 'random' }, source: { type: 'string', default: 'nih256' }, images: { type: 'string', default: '200' }, seed: { type: 'string', default: '1' }, out: { type: 'string' } } });
if (!positionals[0]) {
  console.error('Cannot run the experiment without its data: node tools/experiments/outOfDistribution.mjs DATA_FOLDER');
  process.exit(2);
}
const data = resolve(positionals[0]);
const cxr = join(data, 'cxr-real');
const FINDINGS = { nih256: 'Pneumonia', kermany224: 'PNEUMONIA' };
const SIZE = 256;
const count = Number(values.images);
const rng = createRng(Number(values.seed));
const work = join(root, 'runs', 'outOfDistribution', `${values.source}-${values.init === 'random' ? 'random' : basename(values.init)}`);
rmSync(work, { recursive: true, force: true });
mkdirSync(work, { recursive: true });
const out = values.out ?? join(import.meta.dirname, 'results', `outOfDistribution-${values.source}.json`);

function cxrIfa(...args) {
  const { status } = spawnSync(process.execPath, [join(root, 'apps', 'trainer', 'bin', 'cxr-ifa.js'), ...args], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

const LABELS = ['--data', join(cxr, 'labels.csv'), '--path-column', 'file', '--where', `source=${values.source}`, '--split-column', 'suggested_split', '--label-column', 'labels', '--patient-column', 'patient_id'];
const SHAPE = values.init === 'random' ? ['--arch', 'resnet18', '--width', '32', '--image-size', '64'] : [];
const run = join(work, 'run');
cxrIfa('classify', 'train', '--init', values.init, ...SHAPE, ...LABELS, '--findings', FINDINGS[values.source], '--on-leak', 'warn', '--workers', '0', '--out', run);

// What the run is shown, folder by folder
const folder = (name) => {
  mkdirSync(join(work, name), { recursive: true });
  return join(work, name);
};
const save = (kind, index, pixels, width = SIZE, height = SIZE) => writeFileSync(join(folder(kind), `${String(index).padStart(5, '0')}.png`), encode({ width, height, data: Uint8Array.from(pixels, (value) => Math.round(Math.min(255, Math.max(0, value)))), channels: 1, depth: 8 }));
const { columns, rows } = readTable(readFileSync(join(cxr, 'labels.csv'), 'utf8'));
const column = (name) => columns.indexOf(name);
const tests = rows.map(({ cells }) => cells).filter((cells) => cells[column('source')] === values.source && cells[column('suggested_split')] === 'test').slice(0, count);
const patients = tests.map((cells) => cells[column('patient_id')]);
for (const [index, cells] of tests.entries()) {
  const path = join(cxr, cells[column('file')]);
  const image = await decodeImage(readFileSync(path), { inflate: (bytes, maximum) => inflateSync(bytes, { maxOutputLength: maximum }) });
  save('chests', index, image.data, image.width, image.height);
  save('inverted', index, image.data.map((value) => image.range[1] - value), image.width, image.height);
  save('upside down', index, image.data.map((_, pixel) => image.data[image.data.length - 1 - pixel]), image.width, image.height);
}
/** Smooth noise: values on a coarse grid, bilinear between. */
function field(own, cells) {
  const grid = Array.from({ length: (cells + 2) ** 2 }, () => own.uniform());
  return Float32Array.from({ length: SIZE ** 2 }, (_, pixel) => {
    const [x, y] = [((pixel % SIZE) / SIZE) * cells, (Math.floor(pixel / SIZE) / SIZE) * cells];
    const [i, j] = [Math.floor(x), Math.floor(y)];
    const at = (u, v) => grid[(j + v) * (cells + 2) + i + u];
    return (1 - x + i) * (1 - y + j) * at(0, 0) + (x - i) * (1 - y + j) * at(1, 0) + (1 - x + i) * (y - j) * at(0, 1) + (x - i) * (y - j) * at(1, 1);
  });
}
const KINDS = {
  noise: (own) => Float32Array.from({ length: SIZE ** 2 }, () => 255 * own.uniform()),
  // Octaves of smooth noise: clouds, bark, sand
  textures: (own) => {
    const octaves = [3, 6, 12, 24, 48].map((cells) => field(own, cells));
    const roughness = 0.4 + 0.5 * own.uniform();
    return octaves[0].map((_, pixel) => (255 * octaves.reduce((sum, octave, index) => sum + roughness ** index * octave[pixel], 0)) / octaves.reduce((sum, _octave, index) => sum + roughness ** index, 0));
  },
  // Straight edges and bands, as of buildings, floors and cloth
  gratings: (own) => {
    const [angle, period, phase] = [Math.PI * own.uniform(), 6 + 40 * own.uniform(), 2 * Math.PI * own.uniform()];
    const light = field(own, 2);
    return light.map((value, pixel) => 90 * value + 80 + 80 * Math.sign(Math.sin(phase + (2 * Math.PI * ((pixel % SIZE) * Math.cos(angle) + Math.floor(pixel / SIZE) * Math.sin(angle))) / period)));
  },
  // Words as dark strokes in lines on white, as of a scanned letter
  pages: (own) => {
    const page = new Float32Array(SIZE ** 2).fill(245);
    const line = 8 + own.integer(7);
    for (let top = 12; top + line < SIZE - 12; top += line) {
      for (let left = 12; left < SIZE - 16 - own.integer(60); left += 4) {
        if (own.uniform() < 0.18) continue; // a blank
        for (let stroke = 0; stroke < 3; stroke++) {
          const [x, y, down] = [left + own.integer(3), top + own.integer(line - 4), own.uniform() < 0.6];
          for (let step = 0; step < 3; step++) page[(y + (down ? step : 0)) * SIZE + x + (down ? 0 : step)] = 20 + own.integer(40);
        }
      }
    }
    return page;
  },
};
for (const [kind, draw] of Object.entries(KINDS)) for (let index = 0; index < count; index++) save(kind, index, draw(rng.fork(kind, index)));
// What DICOM files of other things there are: an ankle, a dog's thorax, test patterns
const OTHERS = ['rg3-ankle-jpeg-ext12.dcm', 'dog-thorax-dx-mono1.dcm', 'voi-lut-sequence.dcm', 'deflated-overlay.dcm'].map((name) => join(data, 'dicom', 'real', name)).filter(existsSync);
for (const file of OTHERS) copyFileSync(file, join(folder('other DICOM'), basename(file)));

function predict(kind) {
  const csv = join(work, `${kind}.csv`);
  cxrIfa('classify', 'predict', '--run', run, '--data', join(work, kind), '--workers', '0', '--on-bad-file', 'skip', '--out', csv);
  const table = readTable(readFileSync(csv, 'utf8'));
  const read = (name) => table.rows.map(({ cells }) => cells[table.columns.indexOf(name)]);
  return { images: read('image'), distances: read('distance').map(Number), scores: read('out_of_distribution').map(Number) };
}
/** The share of images that `classify predict --warn-above` warns of: at its default of 0.99, and below. */
const warnedOf = ({ scores }) => Object.fromEntries([0.99, 0.95, 0.9].map((share) => [share, round(scores.filter((score) => score >= share).length / scores.length)]));
const chests = predict('chests');
const owners = chests.images.map((image) => patients[Number.parseInt(image, 10)]);
const round = (value) => (value === undefined ? null : Number(value.toFixed(4)));
const kinds = ['inverted', 'upside down', ...Object.keys(KINDS), ...(OTHERS.length > 0 ? ['other DICOM'] : [])].map((kind) => {
  const other = predict(kind);
  const labels = [...chests.distances.map(() => 0), ...other.distances.map(() => 1)];
  const distances = [...chests.distances, ...other.distances];
  // An image made of a patient's goes with that patient; a computed one stands for itself
  const others = kind === 'inverted' || kind === 'upside down' ? other.images.map((image) => patients[Number.parseInt(image, 10)]) : other.images.map((image) => `${kind} ${image}`);
  const interval = other.images.length < 10 ? undefined : patientBootstrap({ auroc: aurocStatistic(distances, labels) }, [...owners, ...others], { rng: rng.fork('bootstrap', kind), samples: 2000 }).auroc;
  return { kind, images: other.images.length, auroc: round(auroc(distances, labels)), interval: interval ? [round(interval.low), round(interval.high)] : null, aurocOfScore: round(auroc([...chests.scores, ...other.scores], labels)), warned: warnedOf(other) };
});
const metrics = JSON.parse(readFileSync(join(run, 'metrics.json'), 'utf8'));
mkdirSync(join(out, '..'), { recursive: true });
writeFileSync(
  out,
  `${JSON.stringify({ date: new Date().toISOString().slice(0, 10), source: values.source, encoder: metrics.encoder, trainingImages: metrics.counts.trainUsed, chests: { images: chests.images.length, patients: new Set(owners).size, warned: warnedOf(chests), meanScore: round(chests.scores.reduce((sum, value) => sum + value, 0) / chests.scores.length) }, kinds }, null, 2)}\n`,
);
for (const { kind, images, auroc: area, interval, warned } of kinds) console.log(`${kind}: ${images} images, AUROC ${area} ${interval ? `(${interval.join(' to ')})` : ''}, warned of ${JSON.stringify(warned)}`);
console.log(`chests: warned of ${JSON.stringify(warnedOf(chests))}`);
