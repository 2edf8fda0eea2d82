import { counterNormal, counterUniform, expectClose } from '@cxr-ifa/testing';
import { createRng, isInputError } from '@cxr-ifa/tensor';
import { describe, expect, it } from 'vitest';
import { auroc } from './auroc.ts';
import { delong } from './delong.ts';
import { delongTest } from './delongTest.ts';
import { holm } from './holm.ts';

const length = 200;
const labels = counterUniform(300, length).map((u) => (u < 0.3 ? 1 : 0));
const scores = counterNormal(301, length).map((x, i) => x + (labels[i] as number));
const other = counterNormal(302, length).map((x, i) => x + (scores[i] as number));
const single = new Array<undefined>(length).fill(undefined);

describe('delong', () => {
  it('has the value that can be written down', async () => {
    // Positives 2, 4 and negatives 1, 3: placements 1/2, 1 and 1, 1/2; each variance 1/8, over 2 images each: 1/8 in all
    const { value, standardError, positives, negatives } = delong([2, 4, 1, 3], [1, 1, 0, 0], [1, 2, 3, 4]) ?? {};
    await expectClose([value, standardError] as number[], [0.75, Math.sqrt(1 / 8)], { relative: 1e-15 });
    expect([positives, negatives]).toEqual([2, 2]);
  });

  it('has the AUROC as its value, for ties too', async () => {
    const coarse = scores.map(Math.round);
    await expectClose(delong(coarse, labels, single)?.value as number, auroc(coarse, labels) as number, { relative: 1e-14 });
  });

  it('refuses several images of a patient, unless asked for the clustered form', () => {
    const patients = ['a', 'a', 'b', 'c'];
    const run = (): unknown => delong([2, 4, 1, 3], [1, 1, 0, 0], patients);
    expect(run).toThrowErrorMatchingInlineSnapshot(`[@cxr-ifa/InputError: Cannot compute DeLong's variance as every patient must have one image: current number is 4 images of 3 patients; pass { clustered: true } for Obuchowski's form, or use patientBootstrap]`);
    expect(() => delongTest([2, 4, 1, 3], [1, 2, 3, 4], [1, 1, 0, 0], patients)).toThrow('every patient must have one image');
    try {
      run();
    } catch (error) {
      expect(isInputError(error)).toBe(true);
    }
    expect(delong([2, 4, 1, 3], [1, 1, 0, 0], patients, { known: [1, 0, 1, 1] })?.positives).toBe(1); // the second image of a does not count
    expect(delong([2, 4, 1, 3], [1, 1, 0, 0], patients, { clustered: true })).toMatchObject({ value: 0.75, standardError: undefined, low: undefined }); // one patient has all positives
  });

  it('gives every image copied within its patient the standard error of one: copies are no evidence', async () => {
    const twice = <T>(values: ArrayLike<T>): T[] => [...Array.from(values), ...Array.from(values)];
    const patients = twice(Array.from({ length }, (_, i) => i));
    const once = delong(scores, labels, single);
    const copied = delong(twice(scores), twice(labels), patients, { clustered: true });
    await expectClose([copied?.value, copied?.standardError, copied?.low, copied?.high] as number[], [once?.value, once?.standardError, once?.low, once?.high] as number[], { relative: 1e-12 });
    const naive = delong(twice(scores), twice(labels), twice(single))?.standardError as number;
    expect(naive / (once?.standardError as number)).toBeLessThan(0.72); // 1 / sqrt(2) of it: far too sure
  });

  it('keeps the logit interval within 0 and 1, and has none where no spread was seen', () => {
    const near = delong([1, 2, 3, 2.5, 4, 5], [0, 0, 0, 1, 1, 1], [1, 2, 3, 4, 5, 6]) as { low: number; high: number };
    expect(near.high).toBeLessThan(1);
    expect(near.low).toBeGreaterThan(0);
    expect(delong([1, 2, 3, 4], [0, 0, 1, 1], [1, 2, 3, 4])).toEqual({ value: 1, standardError: 0, low: undefined, high: undefined, positives: 2, negatives: 2 });
    expect(delong(scores, labels.map(() => 1), single)).toBeUndefined();
    expect(delong([], [], [])).toBeUndefined();
  });

  it('does not change when classes change places, but for one minus', async () => {
    const [own, swapped] = [delong(scores, labels, single), delong(scores, labels.map((label) => 1 - label), single)];
    await expectClose(swapped?.standardError as number, own?.standardError as number, { relative: 1e-12 });
    await expectClose([swapped?.low, swapped?.high] as number[], [1 - (own?.high as number), 1 - (own?.low as number)], { relative: 1e-12 });
  });

  it('refuses lengths and confidences that do not fit', () => {
    expect(() => delong(scores, labels, [1])).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot compute DeLong's variance as patients must have one value for each of 200 scores: current length is 1]`);
    expect(() => delong(scores, labels, single, { confidence: 0 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute DeLong's variance as confidence must be between 0 and 1: current value is 0]`);
    expect(() => delongTest(scores, [1], labels, single)).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot compare as both must score the same images: current lengths are 200 and 1]`);
  });
});

describe('delongTest', () => {
  it('finds nothing between a ranking and itself', () => {
    expect(delongTest(scores, scores.map((x) => Math.exp(x)), labels, single)).toEqual({ difference: 0, standardError: 0, low: 0, high: 0, z: 0, p: 1 });
  });

  it('has no p where no spread was seen, and none for one class', () => {
    expect(delongTest([1, 2, 3, 4], [4, 3, 2, 1], [0, 0, 1, 1], single.slice(0, 4))).toEqual({ difference: 1, standardError: 0, low: undefined, high: undefined, z: undefined, p: undefined });
    expect(delongTest(scores, other, labels.map(() => 0), single)).toBeUndefined();
  });

  it('is the same test the other way round', async () => {
    const [forth, back] = [delongTest(scores, other, labels, single), delongTest(other, scores, labels, single)];
    await expectClose([back?.difference, back?.z, back?.p] as number[], [-(forth?.difference as number), -(forth?.z as number), forth?.p as number], { relative: 1e-12 });
    expect(forth?.p).toBeLessThan(0.01);
  });
});

describe('holm', () => {
  it('counts only the tests that were made', () => {
    expect(holm([0.01, undefined, 0.02])).toEqual([0.02, undefined, 0.02]);
    expect(holm([0.6, 0.9])).toEqual([1, 1]);
    expect(holm([])).toEqual([]);
    expect(() => holm([0.1, NaN])).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot correct as p-values must be from 0 to 1: current value is NaN]`);
  });
});

/** The short form of tools/long-run/coverage.mjs: 1,000 data sets each; the standard error of a coverage of 0.95 is 0.007. */
describe('coverage in simulation', () => {
  const coverage = (patients: number, images: number, options: Parameters<typeof delong>[3]): number => {
    const rng = createRng(11);
    let held = 0;
    for (let set = 0; set < 1000; set++) {
      const [patientOf, classes, marks]: [number[], number[], number[]] = [[], [], []];
      for (let patient = 0; patient < patients; patient++) {
        const effect = rng.normal();
        for (let image = 0; image < images; image++) {
          patientOf.push(patient);
          classes.push(patient % 3 === 0 ? 1 : 0);
          marks.push((patient % 3 === 0 ? 1 : 0) + Math.sqrt(0.8) * effect + Math.sqrt(0.2) * rng.normal());
        }
      }
      const { low, high } = delong(marks, classes, options?.clustered ? patientOf : patientOf.map(() => undefined), options) as { low: number; high: number };
      held += low <= 0.76025 && 0.76025 <= high ? 1 : 0; // Phi(1 / sqrt(2))
    }
    return held / 1000;
  };

  it('holds the truth about as often as it says', () => {
    const held = coverage(120, 1, {});
    expect(held).toBeGreaterThan(0.925);
    expect(held).toBeLessThan(0.975);
  });

  it('does so for clusters in the clustered form, and far too seldom without it', () => {
    const held = coverage(120, 3, { clustered: true });
    expect(held).toBeGreaterThan(0.925);
    expect(held).toBeLessThan(0.975);
    expect(coverage(120, 3, {})).toBeLessThan(0.85);
  });
});
