import { counterNormal, counterUniform, expectClose } from '@cxr-ifa/testing';
import { createRng } from '@cxr-ifa/tensor';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { FeatureRows } from './featureRows.ts';
import { manifoldPrecisionRecall } from './manifoldPrecisionRecall.ts';
import { meanStatistic } from './meanStatistic.ts';
import { nearestImages } from './nearestImages.ts';
import { nearestShare } from './nearestShare.ts';
import { quantileStatistic } from './quantileStatistic.ts';
import { trainingDistances, type DistanceQuantiles, type NearestDistances } from './trainingDistances.ts';

interface Shares {
  precision: number;
  recall: number;
}
const golden = JSON.parse(readFileSync(new URL('../golden/manifold.json', import.meta.url), 'utf8')) as {
  precisionRecall: Record<string, Shares>;
  nearest: { indices: number[]; distanceSum: number; exceptSelf: number };
  training: { generated: DistanceQuantiles; heldOut: DistanceQuantiles; medianRatio: number; percentile5Ratio: number; nearerShare: number; trainingShare: number; expected: number };
  weightedQuantiles: number[];
};
const exactly = { relative: 1e-12, absolute: 1e-15 };
const features = (data: ArrayLike<number>, dimension: number): FeatureRows => ({ data, count: data.length / dimension, dimension });
const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);

// tools/golden/manifold.py
const [N, M, T, D] = [70, 60, 90, 6];
const heldOut = features(counterNormal(640, N * D), D);
const generated = features(counterNormal(641, M * D).map((x) => 0.8 * x + 0.6), D);
const training = features(counterNormal(642, T * D), D);

describe('precision and recall', () => {
  it.each([1, 3, 5])('are those of prdc with %d neighbours', (neighbours) => {
    const { precision, recall } = manifoldPrecisionRecall(heldOut, generated, { neighbours });
    expect({ precision, recall }).toEqual(golden.precisionRecall[neighbours]);
  });

  it('are what can be counted by hand on a line', () => {
    // Real balls with k = 1: around 0 and 1 of radius 1, around 10 of radius 9, edges included: from -1 to 19
    const real = features([0, 1, 10], 1);
    // Generated: -1.5 is outside; 2 and 19 are within 10's ball, 2 also within 1's, edge included; 20 is outside. Their balls reach 3.5, 3.5, 1, 1
    const found = manifoldPrecisionRecall(real, features([-1.5, 2, 19, 20], 1), { neighbours: 1 });
    expect([...found.generatedWithin]).toEqual([0, 1, 1, 0]);
    expect([...found.realWithin]).toEqual([1, 1, 0]);
    expect([found.precision, found.recall]).toEqual([1 / 2, 2 / 3]);
  });

  it('are 1 for the same images and 0 for images elsewhere, and change places with the sets', () => {
    expect(manifoldPrecisionRecall(heldOut, heldOut)).toMatchObject({ precision: 1, recall: 1 });
    expect(manifoldPrecisionRecall(heldOut, features(Float64Array.from(heldOut.data, (x) => x + 100), D))).toMatchObject({ precision: 0, recall: 0 });
    const [there, back] = [manifoldPrecisionRecall(heldOut, generated), manifoldPrecisionRecall(generated, heldOut)];
    expect([back.precision, back.recall]).toEqual([there.recall, there.precision]);
  });

  it('tell a generator of one mode from one of noise', () => {
    const one = manifoldPrecisionRecall(heldOut, features(counterNormal(650, N * D).map((x) => 0.05 * x), D));
    expect(one.precision).toBe(1);
    expect(one.recall).toBeLessThan(0.1);
    const wide = manifoldPrecisionRecall(heldOut, features(counterNormal(651, N * D).map((x) => 4 * x), D));
    expect(wide.precision).toBeLessThan(0.1);
    expect(wide.recall).toBeGreaterThan(0.9);
  });

  it('do not change by a shift, a scale and a rotation, nor by the order of images', () => {
    // Powers of two and swapped axes: not a bit of any comparison changes
    const move = ({ data }: FeatureRows): FeatureRows => features(Float64Array.from(data, (_, i) => -4 * (data[i - (i % D) + ((i + 1) % D)] as number)), D);
    const reverse = ({ data, count }: FeatureRows): FeatureRows => features(Float64Array.from(data, (_, i) => data[(count - 1 - Math.floor(i / D)) * D + (i % D)] as number), D);
    const { precision, recall } = manifoldPrecisionRecall(heldOut, generated);
    expect(manifoldPrecisionRecall(move(heldOut), move(generated))).toMatchObject({ precision, recall });
    expect(manifoldPrecisionRecall(reverse(heldOut), reverse(generated))).toMatchObject({ precision, recall });
  });

  it('are refused where they have no meaning', () => {
    const few = features([1, 2, 3], 1);
    expect(() => manifoldPrecisionRecall(few, few)).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute precision and recall as features must hold at least 4 images: current count is 3]`);
    expect(() => manifoldPrecisionRecall(few, few, { neighbours: 0 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute precision and recall as neighbours must be a positive integer: current value is 0]`);
    expect(() => manifoldPrecisionRecall(heldOut, features(counterNormal(1, 40), 4))).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot compute precision and recall as both sets must have 6 dimensions: current dimension of the generated is 4]`);
    expect(() => manifoldPrecisionRecall(features([0, NaN, 1, 2], 1), few, { neighbours: 1 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute precision and recall as features must be finite: current value of dimension 0 of image 1 is NaN]`);
  });
});

describe('nearest images', () => {
  it("are NumPy's, nearest first", async () => {
    const found = nearestImages(generated, training, { neighbours: 3 });
    expect([...found.indices]).toEqual(golden.nearest.indices);
    await expectClose(sum(found.distances), golden.nearest.distanceSum, exactly);
    const others = nearestImages(training, training, { neighbours: 2, exceptSelf: true });
    await expectClose(sum(others.distances), golden.nearest.exceptSelf, exactly);
    expect([...others.indices].some((other, i) => other === i >> 1)).toBe(false);
  });

  it('are at 0 if equal, the first of equally near ones, and across the edges of blocks', () => {
    const copies = features(Float32Array.from({ length: 100 }, (_, i) => i % 50), 1);
    const found = nearestImages(copies, copies, { neighbours: 2 });
    expect(found.distances.every((distance) => distance === 0)).toBe(true);
    expect([...found.indices.subarray(140, 142)]).toEqual([20, 70]);
    expect(nearestImages(copies, copies, { exceptSelf: true }).indices[70]).toBe(20);
  });

  it('are refused where there are none', () => {
    expect(() => nearestImages(generated, features([], D))).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot find the nearest images as features must hold at least 1 images: current count is 0]`);
    expect(() => nearestImages(generated, generated, { neighbours: M, exceptSelf: true })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot find the nearest images as features must hold at least 61 images: current count is 60]`);
    expect(() => nearestImages(generated, generated, { neighbours: 1.5 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot find the nearest images as neighbours must be a positive integer: current value is 1.5]`);
    expect(() => nearestImages(generated, features([1], 1))).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot find the nearest images as the references must have 6 dimensions: current dimension is 1]`);
  });
});

describe('quantiles by weight', () => {
  it("are NumPy's of the repeated list", async () => {
    const distances = nearestImages(heldOut, training).distances;
    const counts = counterUniform(643, N).map((u) => Math.floor(4 * u));
    for (const [index, probability] of [0, 0.01, 0.25, 0.5, 0.9, 1].entries()) {
      await expectClose(quantileStatistic(distances, probability)(counts) as number, golden.weightedQuantiles[index] as number, exactly);
    }
    expect(quantileStatistic(distances, 0.5)(new Float64Array(N))).toBeUndefined();
    expect(() => quantileStatistic(distances, 1.1)).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot take a quantile as its probability must be from 0 to 1: current value is 1.1]`);
    expect(() => quantileStatistic([0, NaN], 0.5)).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot take a quantile as values must be finite: current value of image 1 is NaN]`);
    expect(() => quantileStatistic([0, 1], 0.5)([1])).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot take a quantile as there must be one weight for each of 2 images: current length is 1]`);
  });
});

describe('means by weight', () => {
  it('are those of each number repeated as often as it weighs', async () => {
    const counts = Uint8Array.from(counterUniform(644, N), (u) => Math.floor(4 * u));
    const values = counterNormal(645, N);
    const repeated = [...values].flatMap((value, image) => new Array<number>(counts[image] as number).fill(value));
    await expectClose(meanStatistic(values)(counts) as number, repeated.reduce((total, value) => total + value, 0) / repeated.length, exactly);
    expect([meanStatistic([3, 1, 8])([2, 0, 1]), meanStatistic([Infinity, 2])([0, 3]), meanStatistic([Infinity, 2])([1, 3]), meanStatistic([1, 2])([0, 0])]).toEqual([14 / 3, 2, Infinity, undefined]);
    expect(() => meanStatistic([0, 1])([1])).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot take a mean as there must be one weight for each of 2 images: current length is 1]`);
  });
});

describe('distances to training images', () => {
  const distances = (drawn: FeatureRows, held: FeatureRows, known: FeatureRows): NearestDistances => ({
    generated: nearestImages(drawn, known),
    heldOut: nearestImages(held, known).distances,
    generatedToHeldOut: nearestImages(drawn, held),
    trainingImages: known.count,
  });
  const noise = (stream: number, count: number): FeatureRows => features(counterNormal(stream, count * D), D);

  it("are NumPy's, with intervals around them", async () => {
    const found = trainingDistances(distances(generated, heldOut, training), { rng: createRng(1), samples: 200 });
    for (const name of ['generated', 'heldOut'] as const) {
      for (const key of ['minimum', 'percentile1', 'percentile5', 'median'] as const) await expectClose(found[name][key], golden.training[name][key], exactly);
    }
    for (const name of ['medianRatio', 'percentile5Ratio', 'nearerShare'] as const) {
      const { value, low, high } = found[name];
      await expectClose(value as number, golden.training[name], exactly);
      expect(low).toBeLessThanOrEqual(value as number);
      expect(high).toBeGreaterThanOrEqual(value as number);
    }
    await expectClose(found.trainingShare.value, golden.training.trainingShare, exactly);
    await expectClose(found.trainingShare.expected, golden.training.expected, exactly);
    expect(found.trainingShare.expectedLow).toBeLessThan(found.trainingShare.value); // these images lie at the edge of the real ones, where few are nearest to many
    expect(found.trainingShare.expectedHigh).toBeGreaterThan(found.trainingShare.expected);
  });

  it('find no copies where there are none, and copies where there are', () => {
    const [known, held, fresh] = [noise(660, 300), noise(661, 100), noise(662, 200)];
    const honest = trainingDistances(distances(fresh, held, known), { rng: createRng(2), samples: 500 });
    expect(honest.medianRatio.low).toBeLessThan(1);
    expect(honest.medianRatio.high).toBeGreaterThan(1);
    expect(honest.trainingShare.expected).toBe(0.75);
    expect(honest.trainingShare.value).toBeGreaterThan(honest.trainingShare.expectedLow);
    expect(honest.trainingShare.value).toBeLessThan(honest.trainingShare.expectedHigh);
    expect(honest.nearerShare.low).toBeLessThanOrEqual(0.01);

    // Every other image is one that was trained on, a little changed
    const copied = features(Float64Array.from(fresh.data, (x, i) => (Math.floor(i / D) % 2 ? (known.data[i] as number) + 0.01 * x : x)), D);
    const caught = trainingDistances(distances(copied, held, known), { rng: createRng(3), samples: 500 });
    expect(caught.nearerShare.low).toBeGreaterThan(0.4);
    expect(caught.trainingShare.value).toBeGreaterThan(caught.trainingShare.expectedHigh);
    expect(caught.percentile5Ratio.high).toBeLessThan(0.2);
  });

  it('are shorter for images without variety, whose share near to training images stays as expected', () => {
    const [known, held] = [noise(660, 300), noise(661, 100)];
    const plain = trainingDistances(distances(features(counterNormal(663, 200 * D).map((x) => 0.3 * x), D), held, known), { rng: createRng(4), samples: 500 });
    expect(plain.medianRatio.high).toBeLessThan(0.9);
    expect(plain.trainingShare.value).toBeLessThan(plain.trainingShare.expectedHigh);
  });

  it('find copies by chance no more often than stated', () => {
    const beyond = Array.from({ length: 60 }, (_, round) => {
      const [known, held, fresh] = [noise(1000 + 3 * round, 60), noise(1001 + 3 * round, 40), noise(1002 + 3 * round, 80)];
      const far = features(Float64Array.from(fresh.data, (x) => 0.5 * x + 1), D); // another distribution, so that few real images are nearest to many
      const { value, expectedLow, expectedHigh } = nearestShare(nearestImages(far, known), nearestImages(far, held), { trainingImages: 60, patients: new Array(100).fill(undefined), rng: createRng(round), samples: 200, confidence: 0.95 });
      return value < expectedLow || value > expectedHigh ? 1 : 0;
    }).reduce((sum: number, one) => sum + one, 0);
    expect(beyond).toBeLessThan(9); // 3 of 60 on average
  });

  it('have wider intervals where few patients have many images', () => {
    const given = distances(generated, heldOut, training);
    const width = (patients?: number[]): number => {
      const { low, high } = trainingDistances(given, { rng: createRng(5), samples: 500, ...(patients && { patients }) }).medianRatio;
      return (high as number) - (low as number);
    };
    const ascending = [...given.heldOut as Float64Array].map((distance, image) => ({ distance, image })).sort((a, b) => a.distance - b.distance);
    const patients: number[] = [];
    for (const [rank, { image }] of ascending.entries()) patients[image] = Math.floor(rank / 14); // five, each with images of its own distance
    expect(width(patients)).toBeGreaterThan(1.5 * width());
  });

  it('are refused where they do not fit', () => {
    const near = (...all: number[]) => ({ indices: new Int32Array(all.length), distances: Float64Array.from(all) });
    const given = { generated: near(1, 2), heldOut: [1, 2, 3], generatedToHeldOut: near(1, 2), trainingImages: 5 };
    const rng = createRng(1);
    expect(() => trainingDistances({ ...given, generatedToHeldOut: near(1) }, { rng })).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot compare distances to training images as there must be 2 distances to held-out images, one for each generated one: current number is 1]`);
    expect(() => trainingDistances(given, { rng, patients: ['a'] })).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot compare distances to training images as there must be a patient for each of 3 held-out images: current number is 1]`);
    expect(() => trainingDistances(given, { rng, trainingPatients: ['a'] })).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot compare distances to training images as there must be a patient for each of 5 training images: current number is 1]`);
    expect(() => trainingDistances({ ...given, trainingImages: 0 }, { rng })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compare distances to training images as the number of training images must be a positive integer: current value is 0]`);
    expect(() => trainingDistances({ ...given, heldOut: [] }, { rng })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compare distances to training images as there must be at least one distance of each kind: current number of held-out ones is 0]`);
    expect(() => trainingDistances({ ...given, generated: near(1, -1) }, { rng })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compare distances to training images as distances must be finite and at least 0: current generated distance 1 is -1]`);
  });
});
