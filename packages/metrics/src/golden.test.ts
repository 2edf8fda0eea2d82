import { counterNormal, counterUniform, expectClose } from '@cxr-ifa/testing';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { auprc } from './auprc.ts';
import { auroc } from './auroc.ts';
import { brierDecomposition } from './brierDecomposition.ts';
import { brierScore } from './brierScore.ts';
import { calibrationError } from './calibrationError.ts';
import { chooseThreshold } from './chooseThreshold.ts';
import { confusionMetrics, type ConfusionMetrics } from './confusionMetrics.ts';
import { confusionStatistic } from './confusionStatistic.ts';
import { confusionTable } from './confusionTable.ts';
import { delong } from './delong.ts';
import { delongTest } from './delongTest.ts';
import { fitPlatt } from './fitPlatt.ts';
import { fitTemperature } from './fitTemperature.ts';
import { holm } from './holm.ts';
import { normalQuantile } from './normalQuantile.ts';
import { normalUpperTail } from './normalUpperTail.ts';
import { precisionRecallCurve } from './precisionRecallCurve.ts';
import type { ColumnOptions } from './rankColumn.ts';
import { reliabilityTable } from './reliabilityTable.ts';
import { rocCurve } from './rocCurve.ts';
import type { ThresholdCriterion } from './thresholdCriterion.ts';

type Triple = [number[], number[], number[]];
type OperatingPoints = Record<'youden' | 'f1' | 'specificity' | 'sensitivity', number[]>;
interface Curves {
  roc: Triple;
  precisionRecall: Triple;
}
interface Delong {
  area: number;
  standardError: number;
  wald: number[];
  logit: number[];
  test: number[];
}
interface Case {
  stream: number;
  prevalence: number;
  decimals: number;
  confusion: Record<keyof ConfusionMetrics, number>;
  confusionKnownWeighted: Record<keyof ConfusionMetrics, number>;
  operatingPoints: OperatingPoints;
  operatingPointsKnownWeighted: OperatingPoints;
  curves: Curves;
  curvesWeighted: Curves;
  delong: Delong;
  delongKnown: Delong;
  delongClustered: Delong;
}
interface Bins {
  positiveShare: number[];
  meanProbability: number[];
  expected: number;
  maximum: number;
}
const golden = JSON.parse(readFileSync(new URL('../golden/metrics.json', import.meta.url), 'utf8')) as {
  cases: Case[];
  calibration: {
    brier: number;
    brierWeighted: number;
    equalWidth: Bins;
    equalMass: Bins;
    murphy: { brier: number; reliability: number; resolution: number; uncertainty: number };
    scaling: { temperature: number; temperatureWeighted: number; platt: number[]; plattWeighted: number[]; plattScikitLearn: number[] };
  };
  holm: { p: number[]; adjusted: number[] };
  normal: { z: number[]; upperTail: number[]; probability: number[]; quantile: number[] };
};
const exactly = { relative: 1e-12, absolute: 1e-15 };
const N = 60;
const ones = new Float64Array(N).fill(1);

/** The height of a polyline at x; of a vertical piece both ends count, so the test asks whether y is on it. */
function isOnPolyline(xs: ArrayLike<number>, ys: ArrayLike<number>, x: number, y: number): boolean {
  for (let i = 1; i < xs.length; i++) {
    const [x0, x1, y0, y1] = [xs[i - 1], xs[i], ys[i - 1], ys[i]] as [number, number, number, number];
    const inBox = x >= x0 - 1e-12 && x <= x1 + 1e-12 && y >= y0 - 1e-12 && y <= y1 + 1e-12;
    if (inBox && Math.abs((x - x0) * (y1 - y0) - (y - y0) * (x1 - x0)) < 1e-12) return true;
  }
  return false;
}

describe.each(golden.cases)('against scikit-learn, scores of $decimals decimals', ({ stream, prevalence, decimals, ...expected }) => {
  // tools/golden/metrics.py: column()
  const labels = counterUniform(stream, N).map((u) => (u < prevalence ? 1 : 0));
  const scores = counterNormal(stream + 1, N).map((x, i) => Math.floor((x + (labels[i] as number)) * 10 ** decimals) / 10 ** decimals);
  const weights = counterUniform(stream + 2, N).map((u) => 3 * u);
  const known = counterUniform(stream + 3, N).map((u) => (u < 0.8 ? 1 : 0));
  const second = counterNormal(stream + 4, N).map((x, i) => x + (scores[i] as number));
  const several = counterUniform(stream + 5, N).map((u) => Math.floor(25 * u));
  const single = new Array<undefined>(N).fill(undefined);

  it.each([
    ['confusion', {}],
    ['confusionKnownWeighted', { weights, known }],
  ] as [('confusion' | 'confusionKnownWeighted'), ColumnOptions][])('every metric of the confusion table is equal: %s', async (name, options) => {
    const metrics = confusionMetrics(confusionTable(scores, labels, 0.5, options));
    for (const metric of Object.keys(expected[name]) as (keyof ConfusionMetrics)[]) {
      await expectClose(metrics[metric] as number, expected[name][metric], exactly);
      await expectClose(confusionStatistic(scores, labels, 0.5, metric, options)(ones) as number, expected[name][metric], exactly);
    }
  });

  it.each([
    ['operatingPoints', {}],
    ['operatingPointsKnownWeighted', { weights, known }],
  ] as ['operatingPoints' | 'operatingPointsKnownWeighted', ColumnOptions][])('chooses the thresholds that brute force over roc_curve finds: %s', async (name, options) => {
    const criteria: Record<keyof OperatingPoints, ThresholdCriterion> = { youden: 'youden', f1: 'f1', specificity: { specificity: 0.8 }, sensitivity: { sensitivity: 0.8 } };
    for (const key of Object.keys(criteria) as (keyof OperatingPoints)[]) {
      const { threshold, sensitivity, specificity } = chooseThreshold(scores, labels, criteria[key], options) as { threshold: number; sensitivity: number; specificity: number };
      await expectClose([threshold, sensitivity, specificity], expected[name][key], exactly);
      const table = confusionMetrics(confusionTable(scores, labels, threshold, options));
      await expectClose([table.sensitivity as number, table.specificity as number], [sensitivity, specificity], exactly);
    }
  });

  it.each([
    ['curves', {}],
    ['curvesWeighted', { weights }],
  ] as ['curves' | 'curvesWeighted', ColumnOptions][])('thins curves without leaving them: %s', async (name, options) => {
    const { falsePositiveRate, truePositiveRate, thresholds } = rocCurve(scores, labels, options) as NonNullable<ReturnType<typeof rocCurve>>;
    const [fpr, tpr, cuts] = expected[name].roc;
    for (let i = 0; i < fpr.length; i++) expect(isOnPolyline(falsePositiveRate, truePositiveRate, fpr[i] as number, tpr[i] as number)).toBe(true);
    for (let i = 1; i < thresholds.length; i++) {
      const at = cuts.indexOf(thresholds[i] as number) + 1; // their first threshold is infinite and not in the fixture
      await expectClose([falsePositiveRate[i] as number, truePositiveRate[i] as number], [fpr[at] as number, tpr[at] as number], exactly);
    }
    let area = 0;
    for (let i = 1; i < thresholds.length; i++) {
      area += ((falsePositiveRate[i] as number) - (falsePositiveRate[i - 1] as number)) * ((truePositiveRate[i] as number) + (truePositiveRate[i - 1] as number)) / 2;
    }
    await expectClose(area, auroc(scores, labels, options) as number, exactly);

    const curve = precisionRecallCurve(scores, labels, options) as NonNullable<ReturnType<typeof precisionRecallCurve>>;
    const [precision, recall, scoresDown] = expected[name].precisionRecall;
    let average = 0;
    for (let i = 1; i < curve.thresholds.length; i++) {
      const at = scoresDown.indexOf(curve.thresholds[i] as number) + 1;
      await expectClose([curve.precision[i] as number, curve.recall[i] as number], [precision[at] as number, recall[at] as number], exactly);
      average += ((curve.recall[i] as number) - (curve.recall[i - 1] as number)) * (curve.precision[i] as number);
    }
    await expectClose(average, auprc(scores, labels, options) as number, exactly);
    expect(curve.thresholds.length).toBeLessThanOrEqual(precision.length);
  });

  it.each([
    ['delong', single, {}],
    ['delongKnown', single, { known }],
    ['delongClustered', several, { clustered: true }],
  ] as ['delong' | 'delongKnown' | 'delongClustered', ArrayLike<number | undefined>, object][])('has the variance and test of the sums over all pairs: %s', async (name, patients, options) => {
    const { area, standardError, wald, logit, test } = expected[name];
    const own = delong(scores, labels, patients, { ...options, confidence: 0.9 });
    await expectClose([own?.value, own?.standardError, own?.low, own?.high] as number[], [area, standardError, ...logit], exactly);
    const symmetric = delong(scores, labels, patients, { ...options, confidence: 0.9, scale: 'wald' });
    await expectClose([symmetric?.low, symmetric?.high] as number[], wald, exactly);
    const { difference, standardError: error, z, p } = delongTest(scores, second, labels, patients, options) ?? {};
    await expectClose([difference, error, z, p] as number[], test, { relative: 1e-10, absolute: 1e-15 });
  });
});

describe('calibration against scikit-learn and SciPy', () => {
  const probabilities = counterUniform(140, N);
  const coarse = probabilities.map((p) => Math.floor(p * 8) / 8 + 1 / 16);
  const labels = counterUniform(141, N).map((u, i) => (u < (probabilities[i] as number) ** 1.5 ? 1 : 0));
  const weights = counterUniform(142, N).map((u) => 3 * u);
  const logits = counterNormal(143, N).map((x, i) => 3 * x + 4 * (labels[i] as number) - 1);
  const { calibration } = golden;

  it('has their Brier score', async () => {
    await expectClose(brierScore(probabilities, labels) as number, calibration.brier, exactly);
    await expectClose(brierScore(probabilities, labels, { weights }) as number, calibration.brierWeighted, exactly);
  });

  it.each(['equalWidth', 'equalMass'] as const)('has their reliability curve with bins of %s', async (binning) => {
    const options = { bins: 5, binning };
    const table = reliabilityTable(probabilities, labels, options);
    await expectClose(table.map((bin) => bin.positiveShare), calibration[binning].positiveShare, exactly);
    await expectClose(table.map((bin) => bin.meanProbability), calibration[binning].meanProbability, exactly);
    const { expected, maximum } = calibrationError(probabilities, labels, options) as { expected: number; maximum: number };
    await expectClose([expected, maximum], [calibration[binning].expected, calibration[binning].maximum], exactly);
  });

  it("has Murphy's parts, which add up where each bin holds one probability", async () => {
    const { brier, reliability, resolution, uncertainty, withinBins } = brierDecomposition(coarse, labels, { bins: 8, weights }) as NonNullable<ReturnType<typeof brierDecomposition>>;
    const { murphy } = calibration;
    await expectClose([brier, reliability, resolution, uncertainty], [murphy.brier, murphy.reliability, murphy.resolution, murphy.uncertainty], exactly);
    await expectClose(withinBins, 0, { absolute: 1e-15 });
  });

  it('finds the temperature and the scaling of Platt', async () => {
    const { scaling } = calibration;
    await expectClose(fitTemperature(logits, labels)?.temperature as number, scaling.temperature, { relative: 1e-11, absolute: 0 });
    await expectClose(fitTemperature(logits, labels, { weights })?.temperature as number, scaling.temperatureWeighted, { relative: 1e-11, absolute: 0 });
    const platt = fitPlatt(logits, labels) as { slope: number; intercept: number };
    const weighted = fitPlatt(logits, labels, { weights }) as { slope: number; intercept: number };
    await expectClose([platt.slope, platt.intercept], scaling.platt, { relative: 1e-11, absolute: 0 });
    await expectClose([weighted.slope, weighted.intercept], scaling.plattWeighted, { relative: 1e-11, absolute: 0 });
    await expectClose([platt.slope, platt.intercept], scaling.plattScikitLearn, { relative: 1e-6 }); // where their L-BFGS stops
  });
});

it("has statsmodels' adjusted p-values of Holm", async () => {
  await expectClose(holm(golden.holm.p) as number[], golden.holm.adjusted, exactly);
});

it("has SciPy's normal distribution, far tails too", async () => {
  const { z, upperTail, probability, quantile } = golden.normal;
  await expectClose(z.map(normalUpperTail), upperTail, { relative: 1e-12, absolute: 0 });
  await expectClose(probability.map(normalQuantile), quantile, { relative: 1e-10, absolute: 1e-15 });
});
