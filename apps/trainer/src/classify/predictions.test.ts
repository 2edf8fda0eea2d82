import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRng } from '@cxr-ifa/tensor';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { comparePredictions } from './comparePredictions.ts';
import { evaluatePredictions } from './evaluatePredictions.ts';
import { formatPredictions, readPredictions, type Predictions } from './predictionsFile.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'cxr-ifa-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const predictions: Predictions = {
  findings: ['nodule', 'effusion, left'],
  images: [
    { image: 'a, b.png', patient: 'p1', split: 'test', probabilities: [1 / 3, 0], labels: [1, 0] },
    { image: 'c.png', patient: undefined, split: 'test', probabilities: [undefined, 1], labels: [undefined, 1] },
    { image: 'd.png', patient: 'p1', split: 'val', probabilities: [0.1 + 0.2, 5e-324], labels: [0, undefined] },
  ],
};
const settings = { rng: createRng(1), samples: 500, confidence: 0.95 };
/** The share of pairs of a positive and a negative that are in the right order: the definition, and another way than ours to compute it. */
const byPairs = (scores: readonly number[], labels: readonly number[]): number => {
  const pairs = scores.flatMap((s, i) => scores.flatMap((t, j) => (labels[i] === 1 && labels[j] === 0 ? [s > t ? 1 : s === t ? 0.5 : 0] : [])));
  return pairs.reduce((sum: number, pair) => sum + pair, 0) / pairs.length;
};
const many = (seed: number, strength: number): Predictions => {
  const rng = createRng(seed);
  const labels = createRng(9);
  return {
    findings: ['nodule'],
    images: Array.from({ length: 120 }, (_, i) => {
      const label = labels.uniform() < 0.3 ? 1 : 0;
      return { image: `${i}.png`, patient: `p${i >> 1}`, split: 'test', probabilities: [Math.round(20 * (1 / (1 + Math.exp(-strength * label - rng.normal())))) / 20], labels: [label] as (0 | 1)[] };
    }),
  };
};

describe('predictions.csv', () => {
  it('is laid out as documented, with empty cells for what is not known', () => {
    expect(formatPredictions(predictions).split('\n').slice(0, 3)).toEqual([
      'image,patient,split,nodule:probability,nodule:label,"effusion, left:probability","effusion, left:label"',
      '"a, b.png",p1,test,0.3333333333333333,1,0,0',
      'c.png,,test,,,1,1',
    ]);
  });

  it('is read back without loss', async () => {
    const path = join(folder, 'predictions.csv');
    writeFileSync(path, formatPredictions(predictions));
    expect(await readPredictions(path)).toEqual(predictions);
  });

  it.each([
    ['other columns', 'image,patient\na,b\n', 'as its columns must be image, patient, split, and <finding>:probability, <finding>:label for each finding: current columns are image, patient'],
    ['no probability', 'image,patient,split,x:probability,x:label\na,,test,1.5,1\n', 'as row 2 must have probabilities from 0 to 1: current value is 1.5'],
    ['no number', 'image,patient,split,x:probability,x:label\na,,test,much,1\n', 'as row 2 must have probabilities from 0 to 1: current value is much'],
    ['no label', 'image,patient,split,x:probability,x:label\na,,test,0.5,2\n', 'as row 2 must have labels 0 or 1: current value is 2'],
  ])('is refused with %s', async (_what, text, message) => {
    const path = join(folder, 'predictions.csv');
    writeFileSync(path, text);
    await expect(readPredictions(path)).rejects.toThrow(`Cannot read the predictions ${path} ${message}`);
  });
});

describe('evaluatePredictions', () => {
  it('gives the AUROC of the definition, ties included, inside its interval', () => {
    const own = many(1, 1.5);
    const [result] = evaluatePredictions(own, settings);
    const labels = own.images.map(({ labels: [label] }) => label as number);
    expect(result?.auroc.value).toBeCloseTo(byPairs(own.images.map(({ probabilities: [p] }) => p as number), labels), 12);
    expect(result?.positives).toBe(labels.filter(Boolean).length);
    expect(result?.negatives).toBe(120 - (result?.positives ?? 0));
    expect(result?.auroc.low).toBeLessThan(result?.auroc.value as number);
    expect(result?.auroc.high).toBeGreaterThan(result?.auroc.value as number);
  });

  it('does not count what is not known or not predicted, and says what is undefined', () => {
    const [nodule, effusion] = evaluatePredictions(predictions, settings);
    expect(nodule).toMatchObject({ positives: 1, negatives: 1 });
    expect(nodule?.auroc.value).toBe(1);
    expect(effusion).toMatchObject({ positives: 1, negatives: 1 });
    const oneClass = { ...predictions, images: predictions.images.map((image) => ({ ...image, labels: [1, 1] as const })) };
    expect(evaluatePredictions(oneClass, settings)[0]?.auroc).toEqual({ value: null, low: null, high: null });
  });

  it('refuses images of one patient', () => {
    expect(() => evaluatePredictions({ ...predictions, images: predictions.images.filter(({ patient }) => patient) }, settings)).toThrow('Cannot evaluate as the images to test on must be of at least two patients: current number is 1');
  });
});

describe('comparePredictions', () => {
  it('pairs images by name, whatever their order, and findings by name', () => {
    const [first, second] = [many(1, 3), many(2, 0.2)];
    const shuffled: Predictions = { findings: ['effusion', 'nodule'], images: [...second.images].reverse().map((image) => ({ ...image, probabilities: [0.5, ...image.probabilities], labels: [0, ...image.labels] })) };
    const [result, ...more] = comparePredictions(first, shuffled, settings);
    expect(more).toEqual([]);
    expect(result?.finding).toBe('nodule');
    expect(result?.first).toBe(evaluatePredictions(first, settings)[0]?.auroc.value);
    expect(result?.second).toBe(evaluatePredictions(second, settings)[0]?.auroc.value);
    expect(result?.difference.value).toBeCloseTo((result?.first as number) - (result?.second as number), 12);
    expect(result?.difference.low).toBeGreaterThan(0);
  });

  it('finds no difference of a run to itself', () => {
    const own = many(1, 1);
    expect(comparePredictions(own, own, settings)[0]?.difference).toEqual({ value: 0, low: 0, high: 0 });
  });

  it('refuses other images, other labels, and nothing in common', () => {
    const own = many(1, 1);
    expect(() => comparePredictions(own, { ...own, images: own.images.slice(1) }, settings)).toThrow("Cannot compare the runs as they must have the same images to test on: 1 of the first's 120 are not among the second's 119");
    expect(() => comparePredictions(own, { ...own, images: own.images.map((image) => ({ ...image, labels: [0 as const] })) }, settings)).toThrow('Cannot compare the runs as their labels of nodule must be the same: current number of images with another label is ');
    expect(() => comparePredictions(own, { ...own, findings: ['mass'] }, settings)).toThrow('Cannot compare the runs as they have no finding in common: nodule against mass');
  });
});
