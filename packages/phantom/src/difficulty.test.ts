import { createRng } from '@cxr-ifa/tensor';
import { describe, expect, it } from 'vitest';
import { phantomFindings, phantomSet, type PhantomFinding } from './index.ts';

const SIZE = 32;
const TRAIN = 450;

/** Area under the ROC curve: the share of pairs in which the positive scores higher. */
function auroc(scores: readonly number[], labels: readonly number[]): number {
  const positive = scores.filter((_, index) => labels[index] === 1);
  const negative = scores.filter((_, index) => labels[index] === 0);
  let won = 0;
  for (const p of positive) for (const n of negative) won += p > n ? 1 : p === n ? 0.5 : 0;
  return won / (positive.length * negative.length);
}

/** Scores of L2-regularised logistic regression on standardised features, fitted to the first TRAIN rows by gradient descent. */
function logisticScores(rows: readonly Float64Array[], labels: readonly number[], penalty: number): number[] {
  const features = (rows[0] as Float64Array).length;
  const standardised = standardise(rows);
  const weights = new Float64Array(features);
  let bias = 0;
  const score = (row: Float64Array): number => {
    let sum = bias;
    for (let feature = 0; feature < features; feature++) sum += (row[feature] as number) * (weights[feature] as number);
    return sum;
  };
  for (let step = 0; step < 150; step++) {
    const gradient = new Float64Array(features);
    let biasGradient = 0;
    for (let row = 0; row < TRAIN; row++) {
      const values = standardised[row] as Float64Array;
      const error = (1 / (1 + Math.exp(-score(values))) - (labels[row] as number)) / TRAIN;
      biasGradient += error;
      for (let feature = 0; feature < features; feature++) gradient[feature] = (gradient[feature] as number) + error * (values[feature] as number);
    }
    // The largest eigenvalue of the features' covariance is below their number
    const rate = 12 / features;
    for (let feature = 0; feature < features; feature++) weights[feature] = (weights[feature] as number) * (1 - rate * penalty) - rate * (gradient[feature] as number);
    bias -= 0.5 * biasGradient;
  }
  return standardised.map(score);
}

function standardise(rows: readonly Float64Array[]): Float64Array[] {
  const train = rows.slice(0, TRAIN);
  const moments = Array.from({ length: (rows[0] as Float64Array).length }, (_, feature) => {
    const mean = train.reduce((sum, row) => sum + (row[feature] as number), 0) / TRAIN;
    const variance = train.reduce((sum, row) => sum + ((row[feature] as number) - mean) ** 2, 0) / TRAIN;
    return [mean, Math.sqrt(variance) + 1e-6] as const;
  });
  return rows.map((row) => row.map((value, feature) => (value - (moments[feature]?.[0] as number)) / (moments[feature]?.[1] as number)));
}

describe('the difficulty of the phantom', () => {
  // One image a patient, so that the split is by patient; findings more frequent than by default, so that few images suffice
  const set = [...phantomSet({ rng: createRng(20), count: 2 * TRAIN, size: SIZE, imagesPerPatient: [1, 1], prevalence: 0.3 })];
  const images = set.map(({ image }) => Float64Array.from(image.data));
  const labels = (finding: PhantomFinding): number[] => set.map(({ findings }) => findings[finding]);
  const testAuroc = (scores: readonly number[], finding: PhantomFinding): number => auroc(scores.slice(TRAIN), labels(finding).slice(TRAIN));

  it('is such that a linear model of pixels sees each finding a little and none well', () => {
    for (const finding of phantomFindings) {
      const score = testAuroc(logisticScores(images, labels(finding), 0.01), finding);
      expect(score, finding).toBeGreaterThan(0.6);
      expect(score, finding).toBeLessThan(0.85);
    }
  });

  it('cannot be told from the corners', () => {
    const corners = images.map((image) =>
      Float64Array.from({ length: 64 }, (_, index) => {
        const column = (index % 8 < 4 ? 0 : SIZE - 8) + (index % 8);
        const row = (index < 32 ? 0 : SIZE - 8) + Math.floor(index / 8);
        return image[row * SIZE + column] as number;
      }),
    );
    for (const finding of phantomFindings) {
      const score = testAuroc(logisticScores(corners, labels(finding), 0.01), finding);
      expect(Math.abs(score - 0.5), finding).toBeLessThan(0.1); // three standard errors
    }
  });

  it('cannot be told from the mean brightness', () => {
    const brightness = images.map((image) => image.reduce((sum, value) => sum + value, 0));
    for (const finding of phantomFindings) expect(Math.abs(auroc(brightness, labels(finding)) - 0.5), finding).toBeLessThan(0.1);
  });
});
