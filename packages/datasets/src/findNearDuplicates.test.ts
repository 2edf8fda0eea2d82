import { createRng } from '@cxr-ifa/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differenceHasher, type Hash } from './differenceHash.ts';
import { createHashIndex, HASH_RADIUS } from './hashIndex.ts';
import { findNearDuplicates, shiftedCorrelation } from './index.ts';

const SIZE = 32;
/** Soft spots at random places on a ground that is larger than a thumbnail, so that it can be cut out anywhere. */
function scene(seed: number): (x: number, y: number) => number {
  const rng = createRng(seed);
  const spots = Array.from({ length: 12 }, () => [48 * rng.uniform() - 8, 48 * rng.uniform() - 8, 2 + 6 * rng.uniform(), rng.uniform() - 0.3] as const);
  return (x, y) => spots.reduce((sum, [cx, cy, width, height]) => sum + height * Math.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * width ** 2)), 0);
}
const thumbnail = (seed: number, { right = 0, down = 0, gain = 1, offset = 0 } = {}): Float32Array => {
  const value = scene(seed);
  return Float32Array.from({ length: SIZE ** 2 }, (_, i) => offset + gain * value((i % SIZE) + right, Math.floor(i / SIZE) + down));
};
const stack = (images: readonly Float32Array[]): Float32Array => Float32Array.from(images.flatMap((image) => [...image]));

describe('shiftedCorrelation', () => {
  it('is 1 of an image and itself, at other brightness, contrast and place; -1 of its negative without shifts', () => {
    const image = thumbnail(1);
    expect(shiftedCorrelation(image, image)).toBeCloseTo(1, 6);
    expect(shiftedCorrelation(image, thumbnail(1, { gain: 3, offset: 20 }))).toBeCloseTo(1, 5);
    for (const [right, down] of [[2, 0], [-2, 2], [1, -2]] as const) expect(shiftedCorrelation(image, thumbnail(1, { right, down }))).toBeCloseTo(1, 5);
    expect(shiftedCorrelation(image, thumbnail(2))).toBeLessThan(0.9);
  });

  it('equals the definition, written out, and does not depend on which comes first', () => {
    const [a, b] = [thumbnail(3), thumbnail(4)];
    let highest = -1;
    for (let down = -2; down <= 2; down++) {
      for (let right = -2; right <= 2; right++) {
        const pairs = [...a.keys()].flatMap((i) => {
          const [x, y] = [(i % SIZE) - right, Math.floor(i / SIZE) - down];
          return x >= 0 && y >= 0 && x < SIZE && y < SIZE ? [[a[i]!, b[y * SIZE + x]!] as const] : [];
        });
        const mean = (of: 0 | 1): number => pairs.reduce((sum, pair) => sum + pair[of], 0) / pairs.length;
        const [meanA, meanB] = [mean(0), mean(1)];
        const sum = (f: (x: number, y: number) => number): number => pairs.reduce((total, [x, y]) => total + f(x - meanA, y - meanB), 0);
        highest = Math.max(highest, sum((x, y) => x * y) / Math.sqrt(sum((x) => x * x) * sum((_, y) => y * y)));
      }
    }
    expect(shiftedCorrelation(a, b)).toBeCloseTo(highest, 9);
    expect(shiftedCorrelation(b, a)).toBeCloseTo(highest, 9);
  });

  it('is 0 where an image is of one colour', () => {
    expect(shiftedCorrelation(new Float32Array(SIZE ** 2).fill(7), thumbnail(1))).toBe(0);
  });
});

describe('differenceHasher', () => {
  it('does not depend on brightness and contrast, and moves with the image', () => {
    const hash = differenceHasher(thumbnail(5))(0, 0);
    expect(differenceHasher(thumbnail(5, { gain: 4, offset: -1 }))(0, 0)).toEqual(hash);
    expect(differenceHasher(thumbnail(5, { right: -2, down: 1 }))(2, -1)).toEqual(hash);
    expect(differenceHasher(new Float32Array(SIZE ** 2).fill(3))(0, 0)).toBeUndefined();
  });
});

describe('createHashIndex', () => {
  const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });
  it('finds every hash within its radius and none beyond', () => {
    // Hashes by the bits in which they differ from the query
    const flips = fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 63 }), { maxLength: 12 }), { maxLength: 12 });
    fc.assert(
      fc.property(fc.tuple(word, word), flips, (query, differing) => {
        const hashes = differing.map((bits) => bits.reduce<Hash>(([high, low], bit) => (bit < 32 ? [(high ^ (1 << bit)) >>> 0, low] : [high, (low ^ (1 << (bit - 32))) >>> 0]), query));
        const found = new Set<number>();
        createHashIndex(hashes).search(query, (position) => found.add(position));
        expect([...found].sort((a, b) => a - b)).toEqual([...hashes.keys()].filter((position) => (differing[position] as number[]).length <= HASH_RADIUS));
      }),
    );
  });
});

describe('findNearDuplicates', () => {
  const originals = Array.from({ length: 60 }, (_, i) => thumbnail(i + 100));
  const copies = [thumbnail(103, { right: 2, down: -1 }), thumbnail(110, { gain: 0.5, offset: 0.2 }), thumbnail(140, { right: -2, down: -2, gain: 2 })];

  it('finds copies that are shifted or of other brightness, and nothing else', () => {
    const { pairs, complete, featureless } = findNearDuplicates(stack([...originals, ...copies]));
    expect(pairs.map(({ first, second }) => [first, second])).toEqual([[3, 60], [10, 61], [40, 62]]);
    expect(pairs.every(({ correlation }) => correlation > 0.999)).toBe(true);
    expect([complete, featureless]).toEqual([true, 0]);
  });

  it('looks across groups only, whichever is the larger', () => {
    const images = stack([...originals, ...copies, thumbnail(103)]);
    const across = (groupOf: (position: number) => number): number[][] => findNearDuplicates(images, { groups: Array.from({ length: 64 }, (_, position) => groupOf(position)) }).pairs.map(({ first, second }) => [first, second]);
    expect(across((position) => (position < 60 ? 0 : 1))).toEqual([[3, 60], [3, 63], [10, 61], [40, 62]]);
    expect(across((position) => (position < 4 ? 0 : 1))).toEqual([[3, 60], [3, 63]]);
    expect(across(() => 5)).toEqual([]);
  });

  it('compares images of one colour with none, and obeys the threshold', () => {
    const black = new Float32Array(SIZE ** 2);
    expect(findNearDuplicates(stack([black, black, originals[0]!]))).toMatchObject({ pairs: [], featureless: 2, candidates: 0 });
    const noisy = originals[0]!.map((value, i) => value + (i % 2 ? 0.02 : -0.02));
    const correlation = shiftedCorrelation(originals[0]!, noisy);
    expect(correlation).toBeLessThan(0.999);
    expect(findNearDuplicates(stack([originals[0]!, noisy]), { threshold: correlation - 1e-6 }).pairs).toHaveLength(1);
    expect(findNearDuplicates(stack([originals[0]!, noisy]), { threshold: correlation + 1e-6 }).pairs).toHaveLength(0);
  });

  it('ends at a number of pairs, so that a thousand copies of one image are no million pairs', () => {
    const { pairs, complete } = findNearDuplicates(stack(Array.from({ length: 30 }, () => originals[0]!)), { maximumPairs: 50 });
    expect([pairs.length, complete]).toEqual([50, false]);
  });

  it('takes bytes, and refuses sizes that do not fit', () => {
    const bytes = Uint8Array.from(stack([originals[0]!, originals[0]!]), (value) => Math.round(80 + 60 * value));
    expect(findNearDuplicates(bytes).pairs).toHaveLength(1);
    expect(() => findNearDuplicates(new Float32Array(5))).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot find near-duplicates as there must be 1024 grey values, and one group, an image: current lengths are 5 and none]`);
    expect(() => findNearDuplicates(bytes, { groups: [0] })).toThrow('current lengths are 2048 and 1');
    expect(() => findNearDuplicates(bytes, { threshold: 1 })).toThrow('Cannot find near-duplicates as the threshold must be between 0 and 1: current value is 1');
  });
});
