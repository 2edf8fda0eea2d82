import { concatenate, edgeNumber, pick, randomBytes, skewedLength } from './draw.mjs';

const MUTATORS = {
  flipBit: (rng, bytes) => replace(bytes, rng.integer(bytes.length), (byte) => byte ^ (1 << rng.integer(8))),
  setByte: (rng, bytes) => replace(bytes, rng.integer(bytes.length), () => rng.integer(256)),
  setEdge: (rng, bytes) => replace(bytes, rng.integer(bytes.length), () => pick(rng, [0, 1, 0x7f, 0x80, 0xfe, 0xff])),
  setNumber(rng, bytes) {
    const size = pick(rng, [2, 4]);
    const at = rng.integer(bytes.length);
    const number = Buffer.alloc(size);
    number[pick(rng, ['writeUIntBE', 'writeUIntLE'])](edgeNumber(rng, 256 ** size - 1), 0, size);
    return concatenate([bytes.subarray(0, at), number, bytes.subarray(at + size)]);
  },
  fill(rng, bytes) {
    const [start, value] = [rng.integer(bytes.length), rng.integer(256)];
    return bytes.slice().fill(value, start, start + 1 + skewedLength(rng, 256));
  },
  remove(rng, bytes) {
    const start = rng.integer(bytes.length);
    return concatenate([bytes.subarray(0, start), bytes.subarray(start + 1 + skewedLength(rng, bytes.length))]);
  },
  insert(rng, bytes) {
    const start = rng.integer(bytes.length);
    return concatenate([bytes.subarray(0, start), randomBytes(rng, 1 + skewedLength(rng, 64)), bytes.subarray(start)]);
  },
  repeat(rng, bytes) {
    const start = rng.integer(bytes.length);
    return concatenate([bytes.subarray(0, start), bytes.subarray(start, start + 1 + skewedLength(rng, 1024)), bytes.subarray(start)]);
  },
  cut: (rng, bytes) => bytes.slice(0, rng.integer(bytes.length)),
};

/** One change that knows no structure. */
export function mutateBytes(rng, bytes) {
  // A copy, as a Buffer's slices are views
  return bytes.length === 0 ? randomBytes(rng, 8) : MUTATORS[pick(rng, Object.keys(MUTATORS))](rng, Uint8Array.from(bytes));
}

function replace(bytes, at, change) {
  const changed = bytes.slice();
  changed[at] = change(changed[at]);
  return changed;
}
