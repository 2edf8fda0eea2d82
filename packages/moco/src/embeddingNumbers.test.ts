import { describe, expect, it } from 'vitest';
import { embeddingNumbers } from './embeddingNumbers.ts';
import { queueNumbers } from './queueNumbers.ts';

const rows = (...vectors: number[][]) => ({ data: Float32Array.from(vectors.flat()), count: vectors.length, dimension: vectors[0]!.length });

describe('embeddingNumbers', () => {
  it('is 1, -8, 2 and 0 where two dimensions are filled evenly and views agree', () => {
    const even = rows([1, 0], [-1, 0], [0, 1], [0, -1]);
    const { embeddingStd, alignment, effectiveRank, uniformity } = embeddingNumbers({ query: even, key: even });
    expect(embeddingStd).toBeCloseTo(1, 6);
    expect(alignment).toBe(0);
    expect(effectiveRank).toBeCloseTo(2, 6);
    expect(uniformity).toBeCloseTo(Math.log((4 * Math.exp(-4) + 2 * Math.exp(-8)) / 6), 6);
  });

  it('is 0, 0 and 1 where all images have one embedding', () => {
    const one = rows([0.6, 0.8], [0.6, 0.8], [0.6, 0.8]);
    const { embeddingStd, uniformity, effectiveRank } = embeddingNumbers({ query: one, key: one });
    expect(embeddingStd).toBeCloseTo(0, 6);
    expect(uniformity).toBeCloseTo(0, 6);
    expect(effectiveRank).toBeCloseTo(1, 5);
  });

  it('looks at 256 images at the most', () => {
    const many = rows(...Array.from({ length: 300 }, (_, image) => (image < 256 ? [1, 0] : [0, 1])));
    expect(embeddingNumbers({ query: many, key: many }).embeddingStd).toBe(0);
  });

  it('says nothing of dead or broken embeddings', () => {
    expect(embeddingNumbers({ query: rows([0, 0], [1, 0]), key: rows([1, 0], [1, 0]) })).toEqual({});
    expect(embeddingNumbers({ query: rows([1, 0], [1, 0]), key: rows([NaN, 0], [1, 0]) })).toEqual({});
  });
});

describe('queueNumbers', () => {
  it('counts real keys, their age, and the loss against chance', () => {
    expect(queueNumbers({ size: 100, filled: 25 }, 5, Math.log(101) / 2)).toEqual({ queueFill: 0.25, queueAge: 5, relativeInfoNce: 0.5 });
  });
});
