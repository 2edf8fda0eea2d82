import { createRng } from '@cxr-ifa/tensor';
import { describe, expect, it } from 'vitest';
import { makeInput } from './makeInput.mjs';
import { runInput } from './runInput.mjs';
import { ownSeeds } from './seeds.mjs';

// The short form of tools/long-run/fuzz.mjs: the repository's own files only, in this process
describe('damaged files are decoded or refused in one sentence', () => {
  it.each(['png', 'jpeg', 'dicom', 'csv'])('%s', async (kind) => {
    const seeds = { own: ownSeeds(kind), real: [] };
    const count = 250;
    const outcomes = { decoded: 0, refused: 0, wrong: 0, passed: 0 };
    for (let index = 0; index < count; index++) {
      const { outcome, reason, passed } = await runInput(kind, makeInput(kind, seeds, createRng(7).fork('fuzz', kind, index)));
      expect(outcome, `input ${index}: ${reason}`).not.toBe('wrong');
      outcomes[outcome]++;
      if (passed) outcomes.passed++;
    }
    // Inputs that are all refused at the door would show nothing
    expect(outcomes.passed).toBeGreaterThan(0.3 * count);
    expect(outcomes.decoded).toBeGreaterThan(0.1 * count);
  });

  it('makes the same input of the same seed', () => {
    for (const kind of ['png', 'jpeg', 'dicom', 'csv']) {
      const make = (index: number): Uint8Array => makeInput(kind, { own: ownSeeds(kind), real: [] }, createRng(7).fork('fuzz', kind, index)).bytes;
      expect(make(3)).toEqual(make(3));
      expect(make(3)).not.toEqual(make(4));
    }
  });
});
