// How well `reviewOrientation` tells inverted and turned radiographs from the others of their set: every twentieth image is damaged, set by set.
// usage: node tools/bench/quality.mjs LABELS.CSV COLUMN     (after npm run build; the images lie beside the CSV file, sets are its column `source`)
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { decodeImage, readTable, reviewOrientation } from '@cxr-ifa/datasets';
import { clipPercentile, resize } from '@cxr-ifa/transforms';

const SIDE = 32;
const [csv, column = 'file'] = process.argv.slice(2);
const sets = new Map();
const { columns, rows } = readTable(readFileSync(csv, 'utf8'));
for (const { cells } of rows) {
  const cell = (name) => cells[columns.indexOf(name)];
  const image = await decodeImage(Uint8Array.from(readFileSync(join(dirname(csv), cell(column)))));
  const thumbnail = Uint8Array.from(resize(clipPercentile(image, [0, 99]), SIDE).data, (value) => Math.round(255 * value));
  if (!sets.has(cell('source'))) sets.set(cell('source'), []);
  sets.get(cell('source')).push(thumbnail);
}

const turn = (image) => image.map((_, i) => image[(i % SIDE) * SIDE + SIDE - 1 - Math.floor(i / SIDE)]);
const damages = { inverted: (image) => image.map((value) => 255 - value), 'a quarter turn': turn, 'a half turn': (image) => turn(turn(image)) };
const isDamaged = (index) => index % 20 === 7;
const concat = (images) => Uint8Array.from(images.flatMap((image) => [...image]));

console.log('| set | images | as they are: inverted, rotated, unlike, asymmetric | damage | found | false |\n|---|---|---|---|---|---|');
for (const [set, images] of sets) {
  const { verdicts: own } = reviewOrientation(concat(images));
  const count = (verdict) => own.filter((one) => one === verdict).length;
  for (const [name, damage] of Object.entries(damages)) {
    const { verdicts } = reviewOrientation(concat(images.map((image, index) => (isDamaged(index) ? damage(image) : image))));
    const wanted = name === 'inverted' ? 'inverted' : 'rotated';
    const share = (some) => `${some.filter((verdict) => verdict === wanted).length} of ${some.length}`;
    console.log(`| ${set} | ${images.length} | ${['inverted', 'rotated', 'unlike the others', 'asymmetric'].map(count).join(', ')} | ${name} | ${share(verdicts.filter((_, index) => isDamaged(index)))} | ${share(verdicts.filter((_, index) => !isDamaged(index)))} |`);
  }
}
