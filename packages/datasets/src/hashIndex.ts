import type { Hash } from './differenceHash.ts';

/** Every pair of hashes that differ in at most so many bits is found: two of them agree in all but one bit of one of the four bands. */
export const HASH_RADIUS = 7;

const BANDS = 4;
const BAND_BITS = 16;

/** Finds hashes that are close to another one. */
export interface HashIndex {
  /** Calls back with the position of each hash within {@link HASH_RADIUS} bits; with some of them more than once. */
  search(hash: Hash, found: (position: number) => void): void;
}

/**
 * Multi-index hashing: each hash lies in one bucket a band of 16 bits; a query looks into the 17 buckets within one bit, in each of the four bands.
 *
 * @param hashes The hashes, `undefined` where there is none.
 * @see Norouzi, Punjani, Fleet 2012, Fast search in Hamming space with multi-index hashing, CVPR
 */
export function createHashIndex(hashes: readonly (Hash | undefined)[]): HashIndex {
  const [high, low] = [new Uint32Array(hashes.length), new Uint32Array(hashes.length)];
  hashes.forEach((hash, position) => {
    if (hash) [high[position], low[position]] = hash;
  });
  const bands = Array.from({ length: BANDS }, (_, band) => {
    const starts = new Uint32Array(2 ** BAND_BITS + 1);
    for (const hash of hashes) if (hash) starts[bandOf(hash, band) + 1]!++;
    for (let key = 0; key < 2 ** BAND_BITS; key++) starts[key + 1]! += starts[key] as number;
    const members = new Uint32Array(starts[2 ** BAND_BITS] as number);
    const next = starts.slice();
    hashes.forEach((hash, position) => {
      if (hash) members[next[bandOf(hash, band)]!++] = position;
    });
    return { starts, members };
  });
  return {
    search(hash, found) {
      for (const [band, { starts, members }] of bands.entries()) {
        const key = bandOf(hash, band);
        for (let probe = -1; probe < BAND_BITS; probe++) {
          const near = probe < 0 ? key : key ^ (1 << probe);
          for (let at = starts[near] as number; at < (starts[near + 1] as number); at++) {
            const position = members[at] as number;
            if (bitsOf((high[position] as number) ^ hash[0]) + bitsOf((low[position] as number) ^ hash[1]) <= HASH_RADIUS) found(position);
          }
        }
      }
    },
  };
}

function bandOf(hash: Hash, band: number): number {
  return ((hash[band >> 1] as number) >>> (BAND_BITS * (band & 1))) & (2 ** BAND_BITS - 1);
}

/** How many of the 32 bits are 1. */
function bitsOf(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
