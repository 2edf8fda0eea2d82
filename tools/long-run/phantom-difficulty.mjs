// Writes the phantoms that phantom-difficulty.py learns from: images.bin (count x size x size bytes) and labels.json.
// usage: node tools/long-run/phantom-difficulty.mjs DIRECTORY [--count 2000] [--size 64] [--seed 5]     (after npm run build)
import { phantomFindings, phantomSet } from '@cxr-ifa/phantom';
import { createRng } from '@cxr-ifa/tensor';
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { count: { type: 'string', default: '2000' }, size: { type: 'string', default: '64' }, seed: { type: 'string', default: '5' } } });
const [directory] = positionals;
const [count, size, seed] = [values.count, values.size, values.seed].map(Number);
if (!directory) throw new Error('Cannot write phantoms as no directory is given: see the usage in the first lines of this script');

mkdirSync(directory, { recursive: true });
const images = createWriteStream(join(directory, 'images.bin'));
const records = [];
for (const { patient, findings, image } of phantomSet({ rng: createRng(seed), count, size })) {
  images.write(Uint8Array.from(image.data));
  records.push({ patient, labels: phantomFindings.map((finding) => findings[finding]) });
}
images.end();
writeFileSync(join(directory, 'labels.json'), JSON.stringify({ size, seed, findings: phantomFindings, records }));
