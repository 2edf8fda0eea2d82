import { createRng } from '@cxr-ifa/tensor';
import { describe, expect, it } from 'vitest';
import { planBatches, stepsPerEpoch } from './planBatches.ts';

describe('planBatches', () => {
  it('shows every image once an epoch, in another order each, and goes on exactly from any step', () => {
    const all = [...planBatches(createRng(1), 11, 3, 0, 7)];
    expect(all.map(({ epoch }) => epoch)).toEqual([0, 0, 0, 1, 1, 1, 2]);
    const first = all.slice(0, 3).flatMap(({ indices }) => indices);
    expect(new Set(first).size).toBe(9);
    expect(stepsPerEpoch(11, 3)).toBe(3);
    expect(all.slice(3, 6).flatMap(({ indices }) => indices)).not.toEqual(first);
    for (let from = 0; from < 7; from++) expect([...planBatches(createRng(1), 11, 3, from, 7)]).toEqual(all.slice(from));
    expect([...planBatches(createRng(2), 11, 3, 0, 7)]).not.toEqual(all);
  });
});
