import { describe, expect, it } from 'vitest';
import { thin } from './thin.ts';

describe('thin', () => {
  it('leaves a short curve alone', () => {
    expect(thin([[1, 2], [3, 4]], 2)).toEqual([[1, 2], [3, 4]]);
  });

  it('averages runs of neighbours, the last run included', () => {
    expect(thin([[0, 10], [1, 20], [2, 0], [3, 4], [4, 7]], 3)).toEqual([[0.5, 15], [2.5, 2], [4, 7]]);
  });

  it('keeps the mean of a long curve and its bound on points', () => {
    const points = Array.from({ length: 12_000 }, (_, step) => [step, Math.sin(step)] as const);
    const thinned = thin(points, 600);
    expect(thinned).toHaveLength(600);
    const mean = (curve: readonly (readonly [number, number])[]): number => curve.reduce((sum, [, y]) => sum + y, 0) / curve.length;
    expect(mean(thinned)).toBeCloseTo(mean(points), 12);
  });
});
