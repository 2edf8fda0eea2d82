import { counterNormal, counterUniform, expectClose } from '@cxr-ifa/testing';
import { createRng } from '@cxr-ifa/tensor';
import { describe, expect, it } from 'vitest';
import { chooseThreshold } from './chooseThreshold.ts';
import { confusionMetrics } from './confusionMetrics.ts';
import { confusionStatistic } from './confusionStatistic.ts';
import { confusionTable } from './confusionTable.ts';
import { patientBootstrap } from './patientBootstrap.ts';
import { precisionRecallCurve } from './precisionRecallCurve.ts';
import { rocCurve } from './rocCurve.ts';
import { sensitivityAtSpecificity } from './sensitivityAtSpecificity.ts';
import { specificityAtSensitivity } from './specificityAtSensitivity.ts';

const scores = [0.1, 0.4, 0.35, 0.8];
const labels = [0, 0, 1, 1];

describe('confusionTable and confusionMetrics', () => {
  it('count a score at the threshold as positive', () => {
    expect(confusionTable(scores, labels, 0.4)).toEqual({ truePositives: 1, falsePositives: 1, trueNegatives: 1, falseNegatives: 1 });
    expect(confusionTable([Infinity, 1], [1, 0], Infinity)).toEqual({ truePositives: 1, falsePositives: 0, trueNegatives: 1, falseNegatives: 0 });
  });

  it('have the values that can be counted by hand, and none for a division by zero', async () => {
    const metrics = confusionMetrics({ truePositives: 8, falsePositives: 2, trueNegatives: 88, falseNegatives: 2 });
    await expectClose(Object.values(metrics) as number[], [0.8, 88 / 90, 0.8, 88 / 90, 0.96, (0.8 + 88 / 90) / 2, 0.8, (8 * 88 - 4) / 900], { relative: 1e-14 });
    const oneClass = confusionMetrics({ truePositives: 0, falsePositives: 1, trueNegatives: 3, falseNegatives: 0 });
    expect(oneClass).toEqual({
      sensitivity: undefined,
      specificity: 0.75,
      positivePredictiveValue: 0,
      negativePredictiveValue: 1,
      accuracy: 0.75,
      balancedAccuracy: undefined,
      f1: 0,
      matthewsCorrelation: undefined,
    });
    expect(Object.values(confusionMetrics(confusionTable([], [], 0)))).toEqual(new Array(8).fill(undefined));
  });

  it('keep the correlation exact for a million images', () => {
    expect(confusionMetrics({ truePositives: 5e5, falsePositives: 0, trueNegatives: 5e5, falseNegatives: 0 }).matthewsCorrelation).toBe(1);
  });
});

describe('chooseThreshold', () => {
  it('takes the highest of equally good thresholds', () => {
    // Thresholds 0.8 and 0.35 both have a Youden index of 0.5
    expect(chooseThreshold(scores, labels, 'youden')).toEqual({ threshold: 0.8, sensitivity: 0.5, specificity: 1 });
    expect(chooseThreshold(scores, labels, 'f1')).toEqual({ threshold: 0.35, sensitivity: 1, specificity: 0.5 });
    expect(chooseThreshold(scores, labels, { sensitivity: 0.51 })).toEqual({ threshold: 0.35, sensitivity: 1, specificity: 0.5 });
    expect(chooseThreshold(scores, labels, { specificity: 0.5 })).toEqual({ threshold: 0.35, sensitivity: 1, specificity: 0.5 });
    expect(chooseThreshold([3, 2, 1], [1, 0, 0], { specificity: 0 })).toEqual({ threshold: 3, sensitivity: 1, specificity: 1 }); // lower would add false positives only
    expect(chooseThreshold([3, 2, 1], [0, 1, 0], { specificity: 1 })).toEqual({ threshold: Infinity, sensitivity: 0, specificity: 1 });
    expect(chooseThreshold(scores, labels, { sensitivity: 0 })).toEqual({ threshold: Infinity, sensitivity: 0, specificity: 1 });
  });

  it('has none for one class', () => {
    expect(chooseThreshold(scores, [1, 1, 1, 1], 'youden')).toBeUndefined();
    expect(chooseThreshold(scores, labels, 'youden', { known: [1, 1, 0, 0] })).toBeUndefined();
    expect(sensitivityAtSpecificity([], [], 0.5)).toBeUndefined();
    expect(rocCurve(scores, [0, 0, 0, 0])).toBeUndefined();
    expect(precisionRecallCurve(scores, [0, 0, 0, 0])).toBeUndefined();
    expect(precisionRecallCurve(scores, [1, 1, 1, 1])).toBeUndefined();
  });

  it('reads the sensitivity at a specificity from the curve, and the other way round', () => {
    expect(sensitivityAtSpecificity(scores, labels, 0.9)).toBe(0.5);
    expect(specificityAtSensitivity(scores, labels, 0.9)).toBe(0.5);
    const many = counterNormal(1, 500);
    const classes = counterUniform(2, 500).map((u) => (u < 0.3 ? 1 : 0));
    const shifted = many.map((x, i) => x + (classes[i] as number));
    for (const wanted of [0.1, 0.5, 0.9, 0.99]) {
      const sensitivity = sensitivityAtSpecificity(shifted, classes, wanted) as number;
      expect(specificityAtSensitivity(shifted, classes, sensitivity)).toBeGreaterThanOrEqual(wanted); // the two are inverses at the corners
      const curve = rocCurve(shifted, classes) as { falsePositiveRate: Float64Array; truePositiveRate: Float64Array };
      const allowed = curve.truePositiveRate.filter((_, i) => 1 - (curve.falsePositiveRate[i] as number) >= wanted - 1e-12);
      expect(sensitivity).toBe(Math.max(...allowed));
    }
  });

  it('gives bootstrap statistics: the same under weights 2 as with every image twice, the threshold given or chosen anew', () => {
    const twice = [...scores, ...scores];
    for (const threshold of [0.35, 0.1, 0, 2, Infinity, 'youden', { specificity: 0.9 }] as const) {
      const statistic = confusionStatistic(scores, labels, threshold, 'sensitivity');
      const doubled = confusionStatistic(twice, [...labels, ...labels], threshold, 'sensitivity');
      expect(statistic([2, 2, 2, 2])).toBe(doubled(new Float64Array(8).fill(1)));
      expect(statistic([0, 1, 2, 1])).toBe(confusionStatistic([0.4, 0.35, 0.35, 0.8], [0, 1, 1, 1], threshold, 'sensitivity')([1, 1, 1, 1]));
    }
    const { fixed } = patientBootstrap({ fixed: confusionStatistic(scores, labels, 0.4, 'sensitivity') }, [1, 2, 3, 4], { rng: createRng(1), samples: 400 });
    expect([fixed.value, fixed.low, fixed.high]).toEqual([0.5, 0, 1]);
    expect(Math.abs(fixed.undefinedSamples / 400 - 1 / 16)).toBeLessThan(0.05); // neither positive drawn: (1/2)^4
  });

  it('counts a given threshold as the table does, ties and weights included', () => {
    const many = Array.from(counterUniform(30, 60), (u) => Math.floor(8 * u) / 8);
    const classes = Array.from(counterUniform(31, 60), (u) => (u < 0.4 ? 1 : 0));
    const weights = Array.from(counterUniform(32, 60), (u) => Math.floor(3 * u));
    for (const threshold of [-Infinity, 0, 0.25, 0.3, 0.875, Infinity]) {
      const expected = confusionMetrics(confusionTable(many, classes, threshold, { weights }));
      for (const metric of ['sensitivity', 'specificity', 'f1'] as const) expect(confusionStatistic(many, classes, threshold, metric)(weights)).toBe(expected[metric]);
    }
  });

  it('refuses impossible rates and thresholds', () => {
    expect(() => chooseThreshold(scores, labels, { sensitivity: 1.5 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot choose a threshold as the sensitivity must be from 0 to 1: current value is 1.5]`);
    expect(() => confusionTable(scores, labels, NaN)).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot count decisions as the threshold must be a number: current value is NaN]`);
    expect(() => confusionStatistic(scores, labels, NaN, 'f1')).toThrow(RangeError);
    expect(() => confusionStatistic(scores, labels, 0.5, 'f1')([1])).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot count decisions as a draw must have one weight for each of 4 images: current length is 1]`);
  });
});

describe('curves', () => {
  it('keep corners only', () => {
    const { falsePositiveRate, truePositiveRate, thresholds } = rocCurve([6, 5, 4, 3, 2, 1], [1, 1, 0, 0, 1, 0]) as NonNullable<ReturnType<typeof rocCurve>>;
    expect([...falsePositiveRate]).toEqual([0, 0, 2 / 3, 2 / 3, 1]);
    expect([...truePositiveRate]).toEqual([0, 2 / 3, 2 / 3, 1, 1]);
    expect([...thresholds]).toEqual([Infinity, 5, 3, 2, 1]);
    const tied = rocCurve([2, 2, 1, 1], [1, 0, 1, 0]) as NonNullable<ReturnType<typeof rocCurve>>;
    expect([...tied.falsePositiveRate]).toEqual([0, 1]); // two ties of one slope are one diagonal
    const curve = precisionRecallCurve(scores, labels) as NonNullable<ReturnType<typeof precisionRecallCurve>>;
    expect([...curve.recall]).toEqual([0, 0.5, 0.5, 1, 1]);
    expect([...curve.precision]).toEqual([1, 1, 0.5, 2 / 3, 0.5]);
  });

  it('do not grow with the images where the classes are apart', () => {
    const many = Float64Array.from({ length: 10_000 }, (_, i) => i);
    const curve = rocCurve(many, many.map((i) => (i < 5000 ? 0 : 1)));
    expect(curve?.thresholds).toHaveLength(3);
  });
});
