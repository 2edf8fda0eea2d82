/** Where a generator stands: enough to go on exactly from there. */
export interface RngState {
  readonly key: readonly [number, number];
  readonly counter: number;
}

/** A seeded, counter-based source of random numbers, passed in wherever randomness is needed. */
export interface Rng {
  /** The next 32 random bits as an integer from 0 to 2^32 - 1. */
  uint32(): number;
  /** A number from `low` (included) to `high` (excluded). @default {low = 0, high = 1} */
  uniform(low?: number, high?: number): number;
  /** An integer from 0 to `bound - 1`. */
  integer(bound: number): number;
  /** A number from the normal distribution, mean 0 and deviation 1. */
  normal(): number;
  /** The integers from 0 to `length - 1` in random order. */
  permutation(length: number): Int32Array;
  /** An independent generator for the given labels; does not advance this one, so the order of forks does not matter. */
  fork(...labels: readonly (string | number)[]): Rng;
  /** Where this generator stands. */
  state(): RngState;
}

const ROUNDS = 10;

/**
 * Philox4x32-10, a counter-based generator: block `counter` of the stream `key` is a pure function of the two.
 * @see Salmon et al. 2011, Parallel Random Numbers: As Easy as 1, 2, 3
 */
function philox(counter: number, key: readonly [number, number], block: Uint32Array): void {
  let c0 = counter >>> 0;
  let c1 = Math.floor(counter / 2 ** 32) >>> 0;
  let c2 = 0;
  let c3 = 0;
  let [k0, k1] = key;
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = multiplyHigh(0xd2511f53, c0);
    const low0 = Math.imul(0xd2511f53, c0);
    const high1 = multiplyHigh(0xcd9e8d57, c2);
    const low1 = Math.imul(0xcd9e8d57, c2);
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1 >>> 0;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0 >>> 0;
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  block[0] = c0;
  block[1] = c1;
  block[2] = c2;
  block[3] = c3;
}

/** The upper 32 bits of a product of two 32-bit integers, by 16-bit halves since a double holds 53 bits. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const cross = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(cross / 0x10000)) >>> 0;
}

/** FNV-1a over a label's characters, twice with different bases, so that labels give well-separated keys. */
function hashLabel(key: readonly [number, number], label: string | number): [number, number] {
  let [a, b] = key;
  for (const character of `${typeof label === 'number' ? '#' : '$'}${label}\u0000`) {
    const code = character.codePointAt(0) as number;
    a = Math.imul(a ^ code, 0x01000193) >>> 0;
    b = Math.imul(b ^ code, 0x0001b873) >>> 0;
  }
  return [a, b];
}

/**
 * A seeded generator: the same seed gives the same numbers in every runtime. Its draws are Philox4x32-10 blocks,
 * so a stream for each image and epoch is one `fork` away and needs no shared state.
 *
 * @param seed A non-negative integer seed, or the state of another generator to go on from.
 * @returns The generator.
 * @throws {RangeError} If the seed is not a non-negative safe integer.
 *
 * @example
 * ```ts
 * const rng = createRng(1);
 * const view = rng.fork('view', epoch, imageIndex);
 * ```
 */
export function createRng(seed: number | RngState): Rng {
  if (typeof seed === 'number' && !(Number.isSafeInteger(seed) && seed >= 0)) {
    throw new RangeError(`Cannot seed a generator as the seed must be a non-negative integer: current value is ${seed}`);
  }
  const key: readonly [number, number] = typeof seed === 'number' ? [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0] : seed.key;
  let counter = typeof seed === 'number' ? 0 : seed.counter;
  const block = new Uint32Array(4);
  let blockOfCounter = -1;

  const uint32 = (): number => {
    const index = Math.floor(counter / 4);
    if (index !== blockOfCounter) {
      philox(index, key, block);
      blockOfCounter = index;
    }
    return block[counter++ % 4] as number;
  };
  const unit = (): number => (uint32() >>> 5) * 2 ** -27 + (uint32() >>> 6) * 2 ** -53; // 53 random bits
  const rng: Rng = {
    uint32,
    uniform: (low = 0, high = 1) => low + (high - low) * unit(),
    integer(bound) {
      if (!(Number.isSafeInteger(bound) && bound > 0)) throw new RangeError(`Cannot draw an integer as the bound must be a positive integer: current value is ${bound}`);
      return Math.floor(unit() * bound);
    },
    // Box-Muller without its second value: the state stays a key and a counter
    normal: () => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit()),
    permutation(length) {
      const order = Int32Array.from({ length }, (_, index) => index);
      for (let last = length - 1; last > 0; last--) {
        const other = rng.integer(last + 1);
        [order[last], order[other]] = [order[other] as number, order[last] as number];
      }
      return order;
    },
    fork: (...labels) => createRng({ key: labels.reduce(hashLabel, hashLabel(key, 'fork')), counter: 0 }),
    state: () => ({ key: [key[0], key[1]], counter }),
  };
  return rng;
}
