import { describe, expect, it } from 'vitest';
import type { ImageFacts } from './inspectImage.ts';
import { summariseImages } from './summariseImages.ts';

const usable = (width: number, height: number, mean: number, meanOfSquares: number, bits = 8): ImageFacts => ({ format: 'PNG', width, height, bits, mean, meanOfSquares, quality: { padding: 0, atLowest: 0, atHighest: 0, contrast: 1, markers: 0 }, thumbnail: new Uint8Array(1024) });

describe('summariseImages', () => {
  it('counts kinds and sizes, and measures intensities over all pixels', () => {
    // Half of the pixels 0 and half 1, and all pixels 0.5: mean 0.5, variance (0.25 + 0) / 2
    const summary = summariseImages(['a', 'b', 'c', 'd'], [usable(10, 20, 0.5, 0.5), usable(10, 20, 0.5, 0.25), { reason: 'empty' }, { reason: 'empty' }]);
    expect(summary.intensity.mean).toBe(0.5);
    expect(summary.intensity.standardDeviation).toBeCloseTo(Math.sqrt(0.125), 12);
    expect(summary).toMatchObject({ usable: 2, formats: { 'PNG, 8 bit': 2 }, sizes: [{ size: '10 x 20', count: 2 }], bad: [{ reason: 'empty', count: 2, examples: ['c', 'd'] }] });
  });

  it('puts the most frequent first, and names a few files only', () => {
    const facts = [usable(1, 1, 0, 0), usable(3, 4, 0, 0, 16), usable(3, 4, 0, 0, 16), usable(5, 2, 0, 0), ...Array.from({ length: 9 }, (): ImageFacts => ({ reason: 'truncated' })), { reason: 'no image' }];
    const summary = summariseImages(facts.map((_, row) => `${row}.png`), facts);
    expect(summary.sizes[0]).toEqual({ size: '3 x 4', count: 2 });
    expect(summary.width).toEqual({ smallest: 1, median: 3, largest: 5 });
    expect(summary.height).toEqual({ smallest: 1, median: 2, largest: 4 });
    expect(summary.formats).toEqual({ 'PNG, 8 bit': 2, 'PNG, 16 bit': 2 });
    expect(summary.bad.map(({ reason, count, examples }) => [reason, count, examples.length])).toEqual([['truncated', 9, 3], ['no image', 1, 1]]);
  });

  it('has no intensity without an image', () => {
    expect(summariseImages(['a'], [{ reason: 'empty' }]).intensity.mean).toBeNaN();
  });
});
