import { counterNormal, counterUniform, expectClose } from '@cxr-ifa/testing';
import { describe, expect, it } from 'vitest';
import { auroc } from './auroc.ts';
import { brierDecomposition } from './brierDecomposition.ts';
import { brierScore } from './brierScore.ts';
import { calibrationError } from './calibrationError.ts';
import { calibrationErrorStatistic } from './calibrationErrorStatistic.ts';
import { fitPlatt } from './fitPlatt.ts';
import { fitTemperature } from './fitTemperature.ts';
import { reliabilityTable } from './reliabilityTable.ts';
import { scaleLogits } from './scaleLogits.ts';

const length = 20_000;
const logits = counterNormal(400, length).map((x) => 2 * x - 1);
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const labels = counterUniform(401, length).map((u, i) => (u < sigmoid(logits[i] as number) ? 1 : 0)); // calibrated by construction
const probabilities = logits.map(sigmoid);

describe('reliability', () => {
  it('bins as the documentation says', () => {
    expect(reliabilityTable([0.1, 0.3, 0.8], [0, 1, 1], { bins: 2 })).toEqual([
      { low: 0.1, high: 0.3, weight: 2, meanProbability: 0.2, positiveShare: 0.5 },
      { low: 0.8, high: 0.8, weight: 1, meanProbability: 0.8, positiveShare: 1 },
    ]);
    expect(reliabilityTable([0, 0.5, 1], [0, 0, 1], { bins: 2 }).map(({ weight }) => weight)).toEqual([1, 2]); // an edge belongs to the upper bin, 1 to the last
    expect(reliabilityTable([0.5, 0.5, 0.5, 0.9], [0, 1, 0, 1], { bins: 4, binning: 'equalMass' }).map(({ weight }) => weight)).toEqual([3, 1]); // ties stay together
    expect(reliabilityTable(probabilities, labels, { bins: 8, binning: 'equalMass' }).map(({ weight }) => weight)).toEqual(new Array(8).fill(2500));
  });

  it('is near 0 for calibrated probabilities and far from it for sharpened ones', () => {
    for (const binning of ['equalWidth', 'equalMass'] as const) {
      expect(calibrationError(probabilities, labels, { binning })?.expected).toBeLessThan(0.01);
      expect(calibrationError(logits.map((x) => sigmoid(3 * x)), labels, { binning })?.expected).toBeGreaterThan(0.08);
    }
  });

  it('is |share - constant| for a constant', async () => {
    const share = labels.reduce((a, b) => a + b) / length;
    const { expected, maximum } = calibrationError(labels.map(() => 0.5), labels) ?? {};
    await expectClose([expected, maximum] as number[], [Math.abs(share - 0.5), Math.abs(share - 0.5)], { relative: 1e-12 });
  });

  it('splits the Brier score into parts that add up whatever the bins', async () => {
    for (const bins of [1, 3, 15, 1000]) {
      const parts = brierDecomposition(probabilities, labels, { bins, binning: 'equalMass' }) as NonNullable<ReturnType<typeof brierDecomposition>>;
      await expectClose(parts.reliability - parts.resolution + parts.uncertainty + parts.withinBins, brierScore(probabilities, labels) as number, { relative: 1e-12 });
      if (bins === 1) expect(parts.resolution).toBeLessThan(1e-30);
      if (bins === 15) expect(Math.abs(parts.withinBins)).toBeLessThan(0.002); // small beside a resolution of 0.1
    }
  });

  it('has no value where nothing is known, and leaves out the unknown', () => {
    const known = [0, 0];
    expect(calibrationError([0.5, 0.5], [0, 1], { known })).toBeUndefined();
    expect(brierScore([0.5, 0.5], [0, 1], { known })).toBeUndefined();
    expect(brierDecomposition([0.5, 0.5], [0, 1], { known })).toBeUndefined();
    expect(reliabilityTable([], [])).toEqual([]);
    expect(brierScore([0.5, NaN], [0, NaN], { known: [1, 0] })).toBe(0.25);
    expect(brierScore([0.1, 0.5], [0, 0])).toBeCloseTo(0.13, 15); // one class is no obstacle here
  });

  it('refuses what is no probability', () => {
    expect(() => brierScore([1.2], [1])).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute the Brier score as probabilities must be from 0 to 1: current value of image 0 is 1.2]`);
    expect(() => reliabilityTable([0.2], [1], { bins: 0 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot bin probabilities as bins must be a positive integer: current value is 0]`);
  });
});

describe('scaling of logits', () => {
  it('undoes what was done to calibrated logits, on other data', async () => {
    const half = length / 2;
    const spoilt = logits.map((x) => 3 * x);
    const temperature = fitTemperature(spoilt.subarray(0, half), labels.subarray(0, half));
    expect(Math.abs((temperature?.temperature as number) - 3)).toBeLessThan(0.15);
    const shifted = logits.map((x) => 3 * x - 5);
    const platt = fitPlatt(shifted.subarray(0, half), labels.subarray(0, half)) as { slope: number; intercept: number };
    await expectClose([platt.slope, platt.intercept], [1 / 3, 5 / 3], { relative: 0.1 }); // three standard errors
    const test = scaleLogits(shifted.subarray(half), platt);
    expect(calibrationError(test, labels.subarray(half))?.expected).toBeLessThan(0.015);
    expect(auroc(test, labels.subarray(half))).toBeCloseTo(auroc(logits.subarray(half), labels.subarray(half)) as number, 6);
  });

  it('is at the minimum: the gradient is 0, and the fit scales with the logits from 1e-30 to 1e30', async () => {
    const own = fitPlatt(logits, labels) as { slope: number; intercept: number };
    for (const factor of [1e-30, 1e30]) {
      const scaled = fitPlatt(logits.map((x) => factor * x), labels) as { slope: number; intercept: number };
      await expectClose([scaled.slope * factor, scaled.intercept], [own.slope, own.intercept], { relative: 1e-9 });
    }
    const offset = fitPlatt(logits.map((x) => x + 1e6), labels) as { slope: number; intercept: number };
    await expectClose([offset.slope, offset.intercept + 1e6 * offset.slope], [own.slope, own.intercept], { relative: 1e-6 });
    const { slope } = fitTemperature(logits, labels) as { slope: number };
    const gradient = logits.reduce((sum, x, i) => sum + (sigmoid(slope * x) - (labels[i] as number)) * x, 0) / length;
    expect(Math.abs(gradient)).toBeLessThan(1e-12);
  });

  it('has no temperature where none is best', () => {
    expect(fitTemperature([-1, 2], [0, 1])).toBeUndefined(); // never wrong: T = 0
    expect(fitTemperature([1, -2], [0, 1])).toBeUndefined(); // always wrong
    expect(fitTemperature([0, 0], [0, 1])).toBeUndefined();
    expect(fitTemperature([], [])).toBeUndefined();
    expect(fitTemperature([-1, 2, 3], [1, 1, 1])?.temperature).toBeGreaterThan(0); // one class, but a wrong one among them
  });

  it('fits Platt where a threshold separates the classes, and not where nothing can be fitted', () => {
    const { slope } = fitPlatt([-2, -1, 1, 2], [0, 0, 1, 1]) as { slope: number };
    expect(slope).toBeGreaterThan(0);
    expect(slope).toBeLessThan(10);
    expect((fitPlatt([2, 1, -1, -2], [0, 0, 1, 1]) as { slope: number }).slope).toBeCloseTo(-slope, 10);
    expect(fitPlatt([1, 2], [1, 1])).toBeUndefined();
    expect(fitPlatt([1, 1], [0, 1])).toBeUndefined();
  });

  it('stays within 0 and 1 for hostile logits, and refuses infinite ones', () => {
    expect([...scaleLogits([-1e308, 1e308], { slope: 1, intercept: 0 })]).toEqual([0, 1]);
    expect(() => fitPlatt([1, Infinity], [0, 1])).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot calibrate as logits must be finite: current value of image 1 is Infinity]`);
    const outlier = fitPlatt([...logits.subarray(0, 1000), 1e8], [...labels.subarray(0, 1000), 0]) as { slope: number };
    expect(Number.isFinite(outlier.slope)).toBe(true);
  });
});

describe('calibrationErrorStatistic', () => {
  it('is the expected calibration error of the weighted images', async () => {
    const [few, theirs] = [Array.from(probabilities.slice(0, 300)), Array.from(labels.slice(0, 300))];
    const weights = Array.from(counterUniform(402, 300), (u) => Math.floor(3 * u));
    const known = Array.from(counterUniform(403, 300), (u) => (u < 0.8 ? 1 : 0));
    for (const bins of [1, 4, 15]) {
      const statistic = calibrationErrorStatistic(few, theirs, { bins, known });
      await expectClose(statistic(weights) as number, calibrationError(few, theirs, { bins, known, weights })?.expected as number, { relative: 1e-12 });
    }
    expect(calibrationErrorStatistic([0, 1], [0, 1])([1, 1])).toBe(0); // 1 is of the last bin
    expect(calibrationErrorStatistic([0.5], [1])([0])).toBeUndefined();
    expect(() => calibrationErrorStatistic([0.5], [1], { bins: 0 })).toThrow('Cannot bin probabilities as bins must be a positive integer: current value is 0');
  });
});
