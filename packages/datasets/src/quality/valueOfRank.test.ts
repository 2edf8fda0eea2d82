import { createRng } from '@cxr-ifa/tensor';
import { describe, expect, it } from 'vitest';
import { valueOfRank } from './valueOfRank.ts';

describe('valueOfRank', () => {
  it('is what stands there after sorting, of few and many values, equal and sorted ones', () => {
    const rng = createRng(7);
    const sets = [[3], [2, 1], [5, 5, 5, 5], Array.from({ length: 100 }, (_, index) => index), Array.from({ length: 1000 }, () => Math.floor(20 * rng.uniform()) - 10)];
    for (const values of sets) {
      const sorted = Float32Array.from(values).sort();
      expect(values.map((_, rank) => valueOfRank(Float32Array.from(values), rank))).toEqual([...sorted]);
    }
  });

  it('goes on with values that it has put into another order before', () => {
    const values = Float32Array.of(9, 4, 7, 1, 8, 2);
    expect([5, 0, 2].map((rank) => valueOfRank(values, rank))).toEqual([9, 1, 4]);
  });
});
