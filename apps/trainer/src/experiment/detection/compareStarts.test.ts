import { describe, expect, it } from 'vitest';
import { compareStarts } from './compareStarts.ts';
import type { DetectionRun } from './detectionRun.ts';

const run = (start: DetectionRun['start'], seed: number, curve: DetectionRun['curve'], map50: number | null = 0.5, fraction = 1): DetectionRun => ({ start, seed, fraction, curve, map50, froc: null });

describe('compareStarts', () => {
  it('finds when the pretrained start reaches where the random one ends, seed by seed', () => {
    const runs = [
      run('pretrained', 1, [[50, 0.2], [100, 0.4], [150, 0.5], [200, 0.6]], 0.6),
      run('random', 1, [[50, 0], [100, 0.1], [150, 0.3], [200, 0.4]], 0.4),
      run('pretrained', 2, [[100, 0.1], [200, 0.2]], 0.2),
      run('random', 2, [[100, 0.1], [200, 0.3]], 0.3),
    ];
    expect(compareStarts(runs)).toEqual([{ fraction: 1, seeds: 2, pretrained: 0.4, random: 0.35, stepShares: [0.5, null] }]);
  });

  it('takes only seeds that have both, by share of the labels, the largest first', () => {
    const runs = [run('pretrained', 1, [[10, 0.1]], null, 0.1), run('random', 1, [[10, 0.1]], null, 0.1), run('pretrained', 1, []), run('random', 2, [])];
    expect(compareStarts(runs)).toEqual([
      { fraction: 1, seeds: 0, pretrained: null, random: null, stepShares: [] },
      { fraction: 0.1, seeds: 1, pretrained: null, random: null, stepShares: [1] },
    ]);
  });
});
