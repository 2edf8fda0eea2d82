// What the leak guard finds: near-duplicates made of real radiographs in known ways (recall), different patients taken for duplicates (precision), and how long it takes.
// usage: node tools/bench/leakGuard.mjs LABELS.csv [recall | precision | scale]      (columns file and patient_id, after npm run build; some minutes each for ../shared/data/cxr-real/labels.csv)
import { decodeImage, findNearDuplicates, plainCsvRecords, shiftedCorrelation } from '@cxr-ifa/datasets';
import { createRng } from '@cxr-ifa/tensor';
import { clipPercentile, resize } from '@cxr-ifa/transforms';
import jpeg from 'jpeg-js';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inflateSync } from 'node:zlib';

const [labels, only] = process.argv.slice(2);
const SIZE = 32;
const ALTERED = 500;
const EXHAUSTIVE = 1000;
const rng = createRng(1);

const { records } = plainCsvRecords(readFileSync(labels, 'utf8'), { pathColumn: 'file', patientColumn: 'patient_id' });
const read = async ({ path }) => decodeImage(readFileSync(join(dirname(labels), path)), { inflate: (data, maxOutputLength) => inflateSync(data, { maxOutputLength }) });
/** As `data check` makes them: clipped at the 99th percentile, 32 x 32, 8 bits. */
const thumbnailOf = (image) => Uint8Array.from(resize(clipPercentile(image, [0, 99]), SIZE).data, (value) => Math.round(255 * value));
const stack = (thumbnails) => {
  const stacked = new Uint8Array(thumbnails.length * SIZE ** 2);
  thumbnails.forEach((thumbnail, index) => stacked.set(thumbnail, index * SIZE ** 2));
  return stacked;
};
const timed = (work) => {
  const { user, system } = process.cpuUsage();
  const result = work();
  const used = process.cpuUsage({ user, system });
  return [result, (used.user + used.system) / 1e6];
};
const byte = (value) => Math.round(Math.min(255, Math.max(0, value)));
const map = (image, f) => ({ ...image, data: image.data.map((value, index) => byte(f((value / image.range[1]) * 255, index))), range: [0, 255] });

/** The window that lies so many thumbnail pixels right and down, edges repeated. */
function shift(image, right, down) {
  const [dx, dy] = [Math.round((right * image.width) / SIZE), Math.round((down * image.height) / SIZE)];
  const clamp = (value, size) => Math.min(size - 1, Math.max(0, value));
  return { ...image, data: image.data.map((_, index) => image.data[clamp(Math.floor(index / image.width) + dy, image.height) * image.width + clamp((index % image.width) + dx, image.width)]) };
}
function crop(image, share) {
  const [left, top] = [Math.round(share * image.width), Math.round(share * image.height)];
  const [width, height] = [image.width - left, image.height - top];
  return { ...image, width, height, data: Float32Array.from({ length: width * height }, (_, index) => image.data[(Math.floor(index / width) + top) * image.width + (index % width) + left]) };
}
async function recode(image, quality) {
  const { width, height, data } = map(image, (value) => value);
  const rgba = new Uint8Array(width * height * 4).fill(255);
  data.forEach((value, index) => rgba.fill(value, 4 * index, 4 * index + 3));
  return decodeImage(jpeg.encode({ width, height, data: rgba }, quality).data);
}
const sign = () => (rng.uniform() < 0.5 ? -1 : 1);
const ALTERATIONS = {
  'JPEG, quality 50': (image) => recode(image, 50),
  'JPEG, quality 20': (image) => recode(image, 20),
  'brightness and contrast (0.8 x + 20)': (image) => map(image, (value) => 0.8 * value + 20),
  'gamma 0.8': (image) => map(image, (value) => 255 * (value / 255) ** 0.8),
  'gamma 0.6': (image) => map(image, (value) => 255 * (value / 255) ** 0.6),
  'half the size': (image) => resize(image, Math.round(image.width / 2), Math.round(image.height / 2)),
  'a quarter of the size': (image) => resize(image, Math.round(image.width / 4), Math.round(image.height / 4)),
  'noise, deviation 10 of 255': (image) => map(image, (value) => value + 10 * rng.normal()),
  'shift by 1 thumbnail pixel both ways': (image) => shift(image, sign(), sign()),
  'shift by 2 thumbnail pixels both ways': (image) => shift(image, 2 * sign(), 2 * sign()),
  'shift by 1.5 thumbnail pixels both ways': (image) => shift(image, 1.5 * sign(), 1.5 * sign()),
  'a white marker of 10 % x 5 % in a corner': (image) => map(image, (value, index) => (index % image.width < 0.1 * image.width && index < 0.05 * image.height * image.width ? 255 : value)),
  'two sides cropped by 3 %': (image) => crop(image, 0.03),
  mirrored: (image) => ({ ...image, data: image.data.map((_, index) => image.data[index - (index % image.width) + image.width - 1 - (index % image.width)]) }),
};

const thumbnails = [];
for (const record of records) thumbnails.push(thumbnailOf(await read(record)));
console.log(`${records.length} radiographs of ${new Set(records.map(({ patient }) => patient)).size} patients`);

/** Recall: of what is a near-duplicate by its definition, and of all that was altered. */
async function recall() {
  const chosen = [...rng.fork('chosen').permutation(records.length)].slice(0, ALTERED);
  const originals = await Promise.all(chosen.map((index) => read(records[index])));
  for (const [name, alter] of Object.entries(ALTERATIONS)) {
    const altered = [];
    for (const image of originals) altered.push(thumbnailOf(await alter(image)));
    const groups = [...thumbnails.map(() => 0), ...altered.map(() => 1)];
    const { pairs } = findNearDuplicates(stack([...thumbnails, ...altered]), { groups });
    const found = new Set(pairs.map(({ first, second }) => `${first} ${second}`));
    const defined = chosen.filter((index, position) => shiftedCorrelation(thumbnails[index], altered[position]) > 0.99);
    const hits = chosen.filter((index, position) => found.has(`${index} ${records.length + position}`));
    const strangers = pairs.filter(({ first, second }) => chosen[second - records.length] !== first && records[chosen[second - records.length]].patient !== records[first].patient);
    console.log(`${name}: above 0.99 ${defined.length} of ${ALTERED}, found ${hits.length}; pairs with another patient ${strangers.length}`);
  }
}

/** Precision: no two patients may be taken for one another. */
async function precision() {
  const patientNumbers = new Map();
  const groups = records.map(({ patient }) => patientNumbers.get(patient) ?? patientNumbers.set(patient, patientNumbers.size).get(patient));
  const all = stack(thumbnails);
  for (const threshold of [0.99, 0.97, 0.95]) {
    const [{ pairs, candidates }, seconds] = timed(() => findNearDuplicates(all, { groups, threshold }));
    console.log(`different patients above ${threshold}: ${pairs.length} pairs, highest ${Math.max(0, ...pairs.map(({ correlation }) => correlation)).toFixed(4)}; ${candidates} of ${(records.length * (records.length - 1)) / 2} pairs proposed, ${seconds.toFixed(1)} s`);
  }
  // Against comparing every pair, on some of them
  const some = [...rng.fork('some').permutation(records.length)].slice(0, EXHAUSTIVE);
  const [correlations, exhaustive] = timed(() => some.flatMap((a, i) => some.slice(i + 1).filter((b) => groups[a] !== groups[b]).map((b) => shiftedCorrelation(thumbnails[a], thumbnails[b]))));
  for (const threshold of [0.97, 0.95]) {
    const { pairs } = findNearDuplicates(stack(some.map((index) => thumbnails[index])), { groups: some.map((index) => groups[index]), threshold });
    console.log(`of ${EXHAUSTIVE} radiographs, different patients above ${threshold}: ${correlations.filter((value) => value > threshold).length} pairs by comparing all (highest ${correlations.reduce((a, b) => Math.max(a, b)).toFixed(4)}, ${exhaustive.toFixed(0)} s), ${pairs.length} found`);
  }
}

/** A larger set: mixtures of three radiographs each, which resemble one another more than radiographs do. */
async function scale() {
  const count = 20_000;
  const mixtures = new Uint8Array(count * SIZE ** 2);
  for (let image = 0; image < count; image++) {
    const parts = [0, 1, 2].map(() => thumbnails[rng.integer(thumbnails.length)]);
    const weights = parts.map(() => 0.2 + rng.uniform());
    const sum = weights[0] + weights[1] + weights[2];
    for (let i = 0; i < SIZE ** 2; i++) mixtures[image * SIZE ** 2 + i] = (parts[0][i] * weights[0] + parts[1][i] * weights[1] + parts[2][i] * weights[2]) / sum;
  }
  const [{ pairs, candidates }, seconds] = timed(() => findNearDuplicates(mixtures, { groups: Uint8Array.from({ length: count }, (_, image) => (image % 5 === 0 ? 1 : 0)) }));
  console.log(`${count} mixtures, a fifth against the rest: ${candidates} of ${0.16 * count ** 2} pairs proposed, ${pairs.length} above 0.99, ${seconds.toFixed(0)} s`);
}

for (const measure of [recall, precision, scale]) if (only === undefined || only === measure.name) await measure();
