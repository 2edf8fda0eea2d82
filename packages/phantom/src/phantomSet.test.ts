import { createRng } from '@cxr-ifa/tensor';
import { describe, expect, it } from 'vitest';
import { DEFAULT_PREVALENCE, drawSeverities } from './drawSeverities.ts';
import { phantomFindings, phantomSet, type PhantomSeverities } from './index.ts';

describe('phantomSet', () => {
  const set = [...phantomSet({ rng: createRng(3), count: 40, size: 32 })];

  it('makes as many images as asked for, the same ones every time, and a shorter set is the beginning of a longer one', () => {
    expect(set.length).toBe(40);
    expect([...phantomSet({ rng: createRng(3), count: 5, size: 32 })]).toEqual(set.slice(0, 5));
    expect([...phantomSet({ rng: createRng(3), count: 0 })]).toEqual([]);
  });

  it('gives patients one to three images and names that say nothing', () => {
    expect(new Set(set.map(({ name }) => name)).size).toBe(40);
    for (const { name, patient } of set) {
      expect(name).toMatch(/^[0-9a-f]{16}$/);
      expect(patient).toMatch(/^[0-9a-f]{16}$/);
    }
    const images = new Map<string, number[]>();
    for (const { patient, followUp } of set) images.set(patient, [...(images.get(patient) ?? []), followUp]);
    for (const followUps of images.values()) expect([[0], [0, 1], [0, 1, 2]]).toContainEqual(followUps);
    expect(new Set([...images.values()].map((followUps) => followUps.length)).size).toBe(3);
    // Sorted by name, a patient's images no longer lie together
    const sorted = [...set].sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ patient }) => patient);
    expect(sorted.filter((patient, index) => patient === sorted[index - 1]).length).toBeLessThan(8);
  });

  it('shows the same patient in follow-ups: findings keep their place in the body', () => {
    const patient = [...phantomSet({ rng: createRng(1), count: 4, size: 64, imagesPerPatient: [4, 4], prevalence: { nodule: 1 } })];
    expect(new Set(patient.map((record) => record.patient)).size).toBe(1);
    const first = patient[0]?.boxes ?? [];
    for (const { boxes, image } of patient.slice(1)) {
      expect(boxes.length).toBe(first.length);
      expect(image.data).not.toEqual(patient[0]?.image.data);
      for (const [index, { box }] of boxes.entries()) expect(Math.abs(box[0] - (first[index]?.box[0] as number))).toBeLessThan(10); // pose moves it a few pixels
    }
  });

  it('has each finding with its prevalence', () => {
    const none = [...phantomSet({ rng: createRng(2), count: 4, size: 32, prevalence: 0 })];
    expect(none.every(({ boxes }) => boxes.length === 0)).toBe(true);
    const some = [...phantomSet({ rng: createRng(2), count: 4, size: 32, prevalence: { effusion: 1 } })];
    expect(some.map(({ findings }) => findings)).toEqual(Array(4).fill({ nodule: 0, consolidation: 0, effusion: 1, cardiomegaly: 0, pneumothorax: 0 }));
  });

  it('refuses counts that are none', () => {
    const rng = createRng(1);
    expect(() => [...phantomSet({ rng, count: -1 })]).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot make a phantom set as its count must be a non-negative integer: current value is -1]`);
    expect(() => [...phantomSet({ rng, count: 1, imagesPerPatient: [0, 2] })]).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot make a phantom set as a patient's images must be whole numbers, at least one and the fewest first: current value is [0, 2]]`);
    expect(() => [...phantomSet({ rng, count: 1, imagesPerPatient: [3, 2] })]).toThrow(RangeError);
    expect(() => [...phantomSet({ rng, count: 1, prevalence: 2 })]).toThrow(RangeError);
    expect(() => [...phantomSet({ rng, count: 1, size: 8 })]).toThrow(RangeError);
  });
});

describe('drawSeverities', () => {
  // 3 deviations of a share among n draws
  const bound = (share: number, n: number): number => 3 * Math.sqrt((share * (1 - share)) / n);

  it('leaves half of the images without a finding, in the first image and in follow-ups', () => {
    const n = 4000;
    const rng = createRng(5);
    let series: PhantomSeverities[] = Array.from({ length: n }, (_, index) => drawSeverities(rng.fork(index, 0), DEFAULT_PREVALENCE));
    for (let followUp = 0; followUp < 3; followUp++) {
      const normal = series.filter((severities) => phantomFindings.every((finding) => severities[finding] === 0)).length / n;
      expect(Math.abs(normal - (1 - DEFAULT_PREVALENCE) ** 5)).toBeLessThan(bound(0.5, n));
      for (const finding of phantomFindings) {
        const share = series.filter((severities) => severities[finding] > 0).length / n;
        expect(Math.abs(share - DEFAULT_PREVALENCE)).toBeLessThan(bound(DEFAULT_PREVALENCE, n));
      }
      series = series.map((severities, index) => drawSeverities(rng.fork(index, followUp + 1), DEFAULT_PREVALENCE, severities));
    }
  });

  it('lets findings progress and heal, come and go', () => {
    const rng = createRng(9);
    const before: PhantomSeverities = { nodule: 0.5, consolidation: 0.5, effusion: 0.5, cardiomegaly: 0.5, pneumothorax: 0 };
    const after = Array.from({ length: 400 }, (_, index) => drawSeverities(rng.fork(index), 0.2, before));
    expect(after.some(({ nodule }) => nodule > 0.55)).toBe(true);
    expect(after.some(({ nodule }) => nodule > 0 && nodule < 0.45)).toBe(true);
    expect(after.some(({ nodule }) => nodule === 0)).toBe(true);
    expect(after.some(({ pneumothorax }) => pneumothorax > 0)).toBe(true);
  });
});
