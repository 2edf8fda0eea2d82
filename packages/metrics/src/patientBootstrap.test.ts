import { counterNormal, counterUniform, expectClose } from '@cxr-ifa/testing';
import { createRng, type Rng } from '@cxr-ifa/tensor';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { aurocStatistic } from './aurocStatistic.ts';
import { pairedBootstrapDifference } from './pairedBootstrapDifference.ts';
import { patientBootstrap, type BootstrapInterval } from './patientBootstrap.ts';
import type { WeightedStatistic } from './weightedStatistic.ts';

const ends = ({ value, low, high }: BootstrapInterval): number[] => [value, low, high] as number[];
const mean: WeightedStatistic = (weights) => Array.from(weights).reduce((sum, weight, image) => sum + weight * image, 0) / Array.from(weights).reduce((a, b) => a + b);

describe('against NumPy and scikit-learn with the same draws', () => {
  const golden = JSON.parse(readFileSync(new URL('../golden/metrics.json', import.meta.url), 'utf8')) as {
    bootstrap: { undefinedSamples: number; auroc: number[]; difference: number[]; aurocBca: number[]; differenceBca: number[] };
  };
  // tools/golden/metrics.py: the column of stream 110 rounded to whole numbers, and a worse one that shares its noise
  const labels = counterUniform(110, 60).map((u) => (u < 0.3 ? 1 : 0));
  const noisy = counterNormal(111, 60).map((x, i) => x + (labels[i] as number));
  const scores = noisy.map(Math.floor);
  const other = noisy.map((x, i) => Math.floor(x * 1e6) / 1e6 + (counterNormal(130, 60)[i] as number));
  const patients = counterUniform(131, 60).map((u) => Math.floor(25 * u)).sort();
  const options = (): { rng: Rng; samples: number; confidence: number } => {
    const draws = counterUniform(132, 60 * 200);
    let next = 0;
    return { rng: { ...createRng(0), uint32: () => (draws[next++] as number) * 2 ** 32 }, samples: 200, confidence: 0.9 };
  };

  it('gives the interval of an AUROC', async () => {
    const { auroc } = patientBootstrap({ auroc: aurocStatistic(scores, labels) }, patients, options());
    expect([auroc.samples, auroc.undefinedSamples]).toEqual([200 - golden.bootstrap.undefinedSamples, golden.bootstrap.undefinedSamples]);
    await expectClose(ends(auroc), golden.bootstrap.auroc, { relative: 1e-12 });
  });

  it('gives the interval of a paired difference', async () => {
    const difference = pairedBootstrapDifference(aurocStatistic(scores, labels), aurocStatistic(other, labels), patients, options());
    await expectClose(ends(difference), golden.bootstrap.difference, { relative: 1e-12 });
  });

  it('gives their bias-corrected and accelerated intervals', async () => {
    const { auroc } = patientBootstrap({ auroc: aurocStatistic(scores, labels) }, patients, { ...options(), interval: 'bca' });
    await expectClose(ends(auroc).slice(1), golden.bootstrap.aurocBca, { relative: 1e-11 });
    const difference = pairedBootstrapDifference(aurocStatistic(scores, labels), aurocStatistic(other, labels), patients, { ...options(), interval: 'bca' });
    await expectClose(ends(difference).slice(1), golden.bootstrap.differenceBca, { relative: 1e-11 });
  });
});

describe('patientBootstrap', () => {
  const patients = ['a', 'a', 'b', undefined, undefined, 'c'];

  it('draws whole patients, as many as there are, each as often as any other', async () => {
    const totals = new Float64Array(patients.length);
    let draws = 0;
    const spy: WeightedStatistic = (weights) => {
      expect(weights[0]).toBe(weights[1]); // one patient
      expect((weights[0] as number) + Array.from(weights).slice(2).reduce((a, b) => a + b)).toBe(5);
      if (draws++ < 4000) totals.forEach((total, image) => (totals[image] = total + (weights[image] as number)));
      return 0;
    };
    patientBootstrap({ spy }, patients, { rng: createRng(1), samples: 4000 });
    await expectClose(totals.map((total) => total / 4000), new Float64Array(6).fill(1), { absolute: 0.05 });
  });

  it('gives every statistic the same draws, and the same numbers from the same seed', () => {
    const options = { samples: 50, confidence: 0.8 };
    const { first, second } = patientBootstrap({ first: mean, second: mean }, patients, { rng: createRng(2), ...options });
    expect(second).toEqual(first);
    expect(patientBootstrap({ alone: mean }, patients, { rng: createRng(2), ...options }).alone).toEqual(first);
    expect(patientBootstrap({ alone: mean }, patients, { rng: createRng(3), ...options }).alone).not.toEqual(first);
  });

  it('does not depend on the names of the patients or, for a statistic without order, on the order of images', () => {
    const options = { samples: 50 };
    const renamed = patientBootstrap({ mean }, [7, 7, 'x', 9, 8, 'c'], { rng: createRng(2), ...options });
    expect(renamed).toEqual(patientBootstrap({ mean }, patients, { rng: createRng(2), ...options }));
  });

  it('counts draws without a value, and has no interval where the images have none', () => {
    const rare = aurocStatistic([3, 1, 2, 1, 2], [1, 0, 0, 0, 0]);
    const none = aurocStatistic([3, 1, 2, 1, 2], [0, 0, 0, 0, 0]);
    const intervals = patientBootstrap({ rare, none }, [1, 2, 3, 4, 5], { rng: createRng(4), samples: 1000 });
    expect(intervals.none).toEqual({ value: undefined, low: undefined, high: undefined, samples: 0, undefinedSamples: 1000 });
    expect(intervals.rare.samples + intervals.rare.undefinedSamples).toBe(1000);
    expect(Math.abs(intervals.rare.undefinedSamples / 1000 - 0.8 ** 5)).toBeLessThan(0.05); // the one positive patient is not drawn
  });

  it('gives a difference of zero between a score and itself', () => {
    const statistic = aurocStatistic([3, 1, 2, 1, 2], [1, 0, 1, 0, 0]);
    expect(ends(pairedBootstrapDifference(statistic, statistic, [1, 2, 3, 4, 5], { rng: createRng(4) }))).toEqual([0, 0, 0]);
  });

  it('has a BCa interval where every draw is on one side, and where a patient cannot be left out', () => {
    const perfect = aurocStatistic([1, 2, 3, 4], [0, 0, 1, 1]);
    const single = aurocStatistic([1, 2, 3, 4], [0, 0, 1, 0]); // without its positive it has no value
    const settings = { rng: createRng(6), samples: 100, interval: 'bca' } as const;
    expect(ends(patientBootstrap({ perfect }, [1, 2, 3, 4], settings).perfect)).toEqual([1, 1, 1]);
    const { value, low, high } = patientBootstrap({ single }, [1, 2, 3, 4], settings).single;
    expect(low).toBeLessThanOrEqual(value as number);
    expect(high).toBeGreaterThanOrEqual(value as number);
    expect(patientBootstrap({ none: aurocStatistic([1, 2], [0, 0]) }, [1, 2], settings).none.low).toBeUndefined();
    expect(ends(patientBootstrap({ constant: () => 3 }, [1, 2, 3], settings).constant)).toEqual([3, 3, 3]);
  });

  it('refuses one patient and impossible settings', () => {
    const rng = createRng(0);
    expect(() => patientBootstrap({ mean }, ['a', 'a'], { rng })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot bootstrap as at least two patients are needed: current value is 1]`);
    expect(() => patientBootstrap({ mean }, patients, { rng, samples: 0 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot bootstrap as samples must be a positive integer: current value is 0]`);
    expect(() => patientBootstrap({ mean }, patients, { rng, confidence: 1 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot bootstrap as confidence must be between 0 and 1: current value is 1]`);
    expect(() => patientBootstrap({ auroc: aurocStatistic([1, 2], [0, 1]) }, ['a', 'b', 'c'], { rng })).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot compute AUROC as a draw must have one weight for each of 2 images: current length is 3]`);
  });
});

/**
 * 400 data sets of 60 patients with three images each, whose scores share a large patient effect: how often do 90 % intervals hold the true AUROC?
 * Binormal with separation d: AUROC = Phi(d / sqrt(2)), and d = 1 gives 0.76025. The standard error of a coverage of 0.9 is 0.015 here.
 */
describe('coverage in simulation', () => {
  const rng = createRng(2024);
  const covered = { byPatient: 0, byImage: 0, difference: 0 };
  const sets = 400;
  const holds = ({ low, high }: BootstrapInterval, truth: number): number => ((low as number) <= truth && truth <= (high as number) ? 1 : 0);
  for (let set = 0; set < sets; set++) {
    const labels: number[] = [];
    const patients: number[] = [];
    const [first, second]: [number[], number[]] = [[], []];
    for (let patient = 0; patient < 60; patient++) {
      const label = patient % 2;
      const [effect, otherEffect] = [rng.normal(), rng.normal()];
      for (let image = 0; image < 3; image++) {
        patients.push(patient);
        labels.push(label);
        first.push(label + Math.sqrt(0.8) * effect + Math.sqrt(0.2) * rng.normal());
        second.push(label + Math.sqrt(0.8) * (0.8 * effect + 0.6 * otherEffect) + Math.sqrt(0.2) * rng.normal());
      }
    }
    const [a, b] = [aurocStatistic(first, labels), aurocStatistic(second, labels)];
    const options = { rng, samples: 300, confidence: 0.9 };
    covered.byPatient += holds(patientBootstrap({ a }, patients, options).a, 0.76025);
    covered.byImage += holds(patientBootstrap({ a }, patients.map(() => undefined), options).a, 0.76025);
    covered.difference += holds(pairedBootstrapDifference(a, b, patients, options), 0);
  }

  it('holds the truth as often as it says when patients are drawn', () => {
    expect(covered.byPatient / sets).toBeGreaterThan(0.85);
    expect(covered.byPatient / sets).toBeLessThan(0.95);
    expect(covered.difference / sets).toBeGreaterThan(0.85);
    expect(covered.difference / sets).toBeLessThan(0.95);
  });

  it('would hold it far too seldom if images were drawn', () => {
    expect(covered.byImage / sets).toBeLessThan(0.75);
  });
});
