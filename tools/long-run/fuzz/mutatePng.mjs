import { crc32, deflateSync, inflateSync } from 'node:zlib';
import { applySome, bigEndian, chance, concatenate, edgeNumber, listMutators, pick, randomBytes, skewedLength } from './draw.mjs';
import { mutateBytes } from './mutateBytes.mjs';

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const TYPES = ['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'gAMA', 'iCCP', 'tEXt', 'zTXt', 'acTL', 'fdAT', 'ABCD', 'abcd', '\u001b[2J'];
const SAMPLES = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/**
 * Changes a PNG chunk by chunk. Check sums are right again afterwards, so that most changes get to the code behind them.
 *
 * @param {import('@cxr-ifa/tensor').Rng} rng
 * @param {Uint8Array} bytes A PNG; anything else is changed byte by byte.
 */
export function mutatePng(rng, bytes) {
  const chunks = readChunks(bytes);
  if (chunks[0]?.type !== 'IHDR' || chunks[0].body.length !== 13) return mutateBytes(rng, bytes);
  applySome(rng, MUTATORS, 4, chunks);
  const changed = writeChunks(chunks);
  return chance(rng, 0.05) ? mutateBytes(rng, changed) : changed;
}

const MUTATORS = {
  swap: (rng, chunks) => listMutators.swap(rng, chunks, chance(rng, 0.9) ? 1 : 0),
  duplicate: (rng, chunks) => listMutators.duplicate(rng, chunks, chance(rng, 0.9) ? 1 : 0),
  drop: (rng, chunks) => listMutators.drop(rng, chunks, chance(rng, 0.9) ? 1 : 0),
  type(rng, chunks) {
    pick(rng, chunks).type = pick(rng, TYPES);
  },
  length(rng, chunks) {
    const chunk = pick(rng, chunks);
    chunk.length = chance(rng, 0.5) ? edgeNumber(rng, 2 ** 32 - 1) : Math.max(0, chunk.body.length + rng.integer(9) - 4);
  },
  sum(rng, chunks) {
    if (chance(rng, 0.2)) pick(rng, chunks).sum = rng.uint32();
  },
  size(rng, chunks) {
    header(chunks)?.set(bigEndian(4, chance(rng, 0.5) ? edgeNumber(rng, 2 ** 32 - 1) : rng.integer(5000)), pick(rng, [0, 4]));
  },
  kind(rng, chunks) {
    header(chunks)?.set([pick(rng, [1, 2, 4, 8, 16, rng.integer(256)]), pick(rng, [0, 2, 3, 4, 6, rng.integer(8)])], 8);
  },
  methods(rng, chunks) {
    header(chunks)?.set([chance(rng, 0.9) ? pick(rng, [0, 1]) : rng.integer(256)], pick(rng, [10, 11, 12, 12, 12]));
  },
  palette(rng, chunks) {
    chunks.splice(1, 0, { type: 'PLTE', body: randomBytes(rng, chance(rng, 0.8) ? 3 * rng.integer(258) : rng.integer(800)) });
  },
  transparency(rng, chunks) {
    chunks.splice(Math.min(2, chunks.length), 0, { type: 'tRNS', body: chance(rng, 0.5) ? randomBytes(rng, pick(rng, [2, 6])) : new Uint8Array(rng.integer(300)) });
  },
  splitData(rng, chunks) {
    const at = chunks.findIndex(({ type }) => type === 'IDAT');
    if (at < 0) return;
    const { body } = chunks[at];
    const pieces = 2 + skewedLength(rng, 500);
    const step = Math.max(1, Math.ceil(body.length / pieces));
    chunks.splice(at, 1, ...Array.from({ length: pieces }, (_, piece) => ({ type: 'IDAT', body: body.slice(piece * step, (piece + 1) * step) })));
  },
  damageStream: (rng, chunks) => changeBody(chunks, (body) => mutateBytes(rng, body)),
  cutStream: (rng, chunks) => changeBody(chunks, (body) => body.slice(0, rng.integer(body.length + 1))),
  scanlines(rng, chunks) {
    changeBody(chunks, (body) => {
      try {
        let lines = Uint8Array.from(inflateSync(body, { maxOutputLength: 2 ** 23 }));
        for (let change = skewedLength(rng, 30); change >= 0; change--) lines = mutateBytes(rng, lines);
        return deflate(lines);
      } catch {
        return mutateBytes(rng, body); // is damaged already, or too large to be worth it
      }
    });
  },
  bomb(rng, chunks) {
    changeBody(chunks, () => deflate(new Uint8Array(2 ** (16 + rng.integer(10)))));
  },
  /** A size up to the largest that a stream of zeros can fill: it passes every check of the structure. */
  largest(rng, chunks) {
    const [width, height] = [1 + skewedLength(rng, 20_000), 1 + skewedLength(rng, 20_000)];
    if (width * height < 10_000_000) setImage(rng, chunks, width, height, (length) => new Uint8Array(length));
  },
  /** Another kind of PNG whose pixels fit its header. */
  fresh: (rng, chunks) => setImage(rng, chunks, 1 + rng.integer(40), 1 + rng.integer(40), (length) => randomBytes(rng, length)),
};

function setImage(rng, chunks, width, height, linesOf) {
  const type = pick(rng, [0, 2, 3, 4, 6]);
  const depth = pick(rng, type === 3 ? [1, 2, 4, 8] : type === 0 ? [1, 2, 4, 8, 16] : [8, 16]);
  const lineLength = 1 + Math.ceil((width * depth * SAMPLES[type]) / 8);
  if (!header(chunks) || lineLength * height > 2 ** 28) return;
  header(chunks).set([...bigEndian(4, width, height), depth, type, 0, 0, 0]);
  const lines = linesOf(lineLength * height);
  for (let line = 0; line < height; line++) lines[line * lineLength] = chance(rng, 0.999) ? rng.integer(5) : rng.integer(256);
  changeBody(chunks, () => deflate(lines));
  if (type === 3) chunks.splice(1, 0, { type: 'PLTE', body: randomBytes(rng, 3 * 2 ** depth) });
}

const deflate = (data) => Uint8Array.from(deflateSync(data, { level: 1 }));

const header = (chunks) => chunks.find(({ type, body }) => type === 'IHDR' && body.length === 13)?.body;

/** Replaces the compressed data, of which the first chunk takes all. */
function changeBody(chunks, change) {
  const parts = chunks.filter(({ type }) => type === 'IDAT');
  if (parts.length === 0) return;
  const [first, ...others] = parts;
  first.body = change(concatenate(parts.map(({ body }) => body)));
  for (const other of others) chunks.splice(chunks.indexOf(other), 1);
}

function readChunks(bytes) {
  const view = Buffer.from(bytes);
  const chunks = [];
  for (let offset = 8; offset + 12 <= view.length; ) {
    const length = view.readUInt32BE(offset);
    if (offset + 12 + length > view.length) break;
    chunks.push({ type: view.toString('latin1', offset + 4, offset + 8), body: bytes.slice(offset + 8, offset + 8 + length) });
    offset += 12 + length;
  }
  return chunks;
}

function writeChunks(chunks) {
  return concatenate([
    SIGNATURE,
    ...chunks.flatMap(({ type, body, length = body.length, sum }) => {
      const data = Buffer.concat([Buffer.from(type, 'latin1'), body]);
      return [bigEndian(4, length), data, bigEndian(4, sum ?? crc32(data))];
    }),
  ]);
}
