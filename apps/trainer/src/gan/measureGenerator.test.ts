import { counterNormal } from '@cxr-ifa/testing';
import { createRng } from '@cxr-ifa/tensor';
import { describe, expect, it } from 'vitest';
import { halvePatients } from './halvePatients.ts';
import { measureGenerator, type OwnedImages } from './measureGenerator.ts';

const [D, PIXELS] = [5, 16];
/** Images whose features and pixels are noise; every two of a patient if they have any. */
const noise = (stream: number, count: number, patients = false): OwnedImages => ({
  features: { data: Float32Array.from(counterNormal(stream, count * D)), count, dimension: D },
  pixels: { data: Float32Array.from(counterNormal(stream + 1, count * PIXELS), (x) => 0.5 + 0.1 * x), count, dimension: PIXELS },
  side: 4,
  patients: Array.from({ length: count }, (_, image) => (patients ? `p${image >> 1}` : undefined)),
});
const [heldOut, training] = [noise(10, 80, true), noise(20, 160, true)];
const options = { neighbours: 3, samples: 100 };

describe('the measures of a generator', () => {
  it('are those of real images for images of the same distribution', () => {
    const { generated, training: real, halves, nearest } = measureGenerator({ generated: noise(30, 80), heldOut, training }, { rng: createRng(1), ...options });
    for (const { kid, recall } of [generated, real]) {
      expect(kid.low).toBeLessThan(0);
      expect(kid.high).toBeGreaterThan(0);
      expect(recall.value).toBeGreaterThan(0.6);
    }
    expect(halves?.images).toEqual({ real: 40, compared: 40 });
    for (const { medianRatio, trainingShare } of [nearest.features, nearest.pixels]) {
      expect(medianRatio.value).toBeGreaterThan(0.8);
      expect(medianRatio.value).toBeLessThan(1.25);
      expect(trainingShare.expected).toBeCloseTo(2 / 3, 12);
      expect(trainingShare.value).toBeLessThan(trainingShare.expectedHigh);
    }
  });

  it('are the same for the same seed', () => {
    const measure = (seed: number) => measureGenerator({ generated: noise(35, 40), heldOut, training }, { rng: createRng(seed), ...options });
    expect(measure(5)).toEqual(measure(5));
    expect(measure(5).generated.kid).not.toEqual(measure(6).generated.kid); // other blocks
  });

  it('find a generator out that gives its training images back, and name them', () => {
    const copied = { ...noise(40, 80), features: { ...training.features, data: Float32Array.from(training.features.data).slice(0, 80 * D), count: 80 }, pixels: { ...training.pixels, data: Float32Array.from(training.pixels.data).slice(0, 80 * PIXELS), count: 80 } };
    const { generated, nearest } = measureGenerator({ generated: copied, heldOut, training }, { rng: createRng(2), ...options });
    expect(generated.kid.low).toBeLessThan(0); // no distance to held-out images tells
    for (const { nearerShare, trainingShare, pairs } of [nearest.features, nearest.pixels]) {
      expect([nearerShare.value, trainingShare.value]).toEqual([1, 1]);
      expect(pairs.generated.every(({ image, neighbours }) => neighbours[0]?.trainingImage === image && neighbours[0]?.distance === 0)).toBe(true);
    }
  });

  it('see that a generator draws one image only, and give distances of pixels as root mean squares', () => {
    const grey = { ...noise(50, 80), features: { data: new Float32Array(80 * D).map((_, i) => 1e-3 * (i % 7)), count: 80, dimension: D }, pixels: { data: new Float32Array(80 * PIXELS).fill(0.5), count: 80, dimension: PIXELS } };
    const { generated, nearest } = measureGenerator({ generated: grey, heldOut, training }, { rng: createRng(3), ...options });
    expect(generated.precision.value).toBe(1);
    expect(generated.recall.value).toBe(0);
    expect(nearest.pixels.generated.median).toBeGreaterThan(0.03); // noise of 0.1 around it, the nearest of 160
    expect(nearest.pixels.generated.median).toBeLessThan(0.1);
    expect(nearest.pixels.medianRatio.value).toBeLessThan(0.9); // near to everything
  });

  it('leave the halves out where there are too few', () => {
    expect(measureGenerator({ generated: noise(60, 6), heldOut: noise(61, 6), training }, { rng: createRng(4), ...options }).halves).toBeUndefined();
  });
});

it('halves images by patient', () => {
  const patients = ['a', 'a', 'a', 'b', undefined, undefined, 'c', 'c'];
  const [first, second] = halvePatients(patients, createRng(1));
  expect([...first, ...second].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(Math.abs(first.length - second.length)).toBeLessThanOrEqual(3);
  const named = (half: number[]): Set<string> => new Set(half.flatMap((image) => patients[image] ?? []));
  expect([...named(first)].filter((patient) => named(second).has(patient))).toEqual([]);
});
