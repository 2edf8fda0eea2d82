// Draws sheet.png: a patient without a finding, and one of each finding.
// usage: node packages/phantom/assets/makeSheet.mjs     (after npm run build)
import { phantomFindings, renderPhantom } from '@cxr-ifa/phantom';
import { createRng } from '@cxr-ifa/tensor';
import { encode } from 'fast-png';
import { writeFileSync } from 'node:fs';

const SIZE = 176;
const COLUMNS = 3;
const tiles = [{}, ...phantomFindings.map((finding) => ({ [finding]: 0.75 }))];
const width = COLUMNS * SIZE;
const height = (tiles.length / COLUMNS) * SIZE;
const data = new Uint8Array(width * height);
for (const [index, findings] of tiles.entries()) {
  const { image } = renderPhantom({ rng: createRng(30 + index), size: SIZE, findings });
  const left = (index % COLUMNS) * SIZE;
  const top = Math.floor(index / COLUMNS) * SIZE;
  for (let row = 0; row < SIZE; row++) data.set(Uint8Array.from(image.data.subarray(row * SIZE, (row + 1) * SIZE)), (top + row) * width + left);
}
writeFileSync(new URL('sheet.png', import.meta.url), encode({ width, height, data, channels: 1, depth: 8 }, { zlib: { level: 9 } }));
