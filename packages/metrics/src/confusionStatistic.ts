import { confusionMetrics, type ConfusionMetrics } from './confusionMetrics.ts';
import { drawWeights } from './drawWeights.ts';
import { knownImages } from './knownImages.ts';
import { rankColumn, type ColumnOptions } from './rankColumn.ts';
import { thresholdCounts } from './thresholdCounts.ts';
import { checkCriterion, choosePoint, type ThresholdCriterion } from './thresholdCriterion.ts';
import type { WeightedStatistic } from './weightedStatistic.ts';

/**
 * A metric of a confusion table as a function of image weights, for the bootstrap. With a number the threshold is given, as by validation data,
 * and its interval is that of the decision as it will be made. With a criterion the threshold is chosen anew in every draw: so the interval of a
 * sensitivity at a fixed specificity holds the uncertainty of where that specificity lies.
 *
 * @param scores One score an image; higher means more likely positive. Infinities are allowed, NaN is not.
 * @param labels 1 for positive, 0 for negative.
 * @param threshold In the unit of the scores, or how to choose it.
 * @param metric The name of the metric, such as `'sensitivity'`.
 * @param options Weights and the mask of known labels.
 * @returns The statistic; `undefined` where its denominator has no weight.
 * @throws {TypeError} If lengths differ.
 * @throws {RangeError} If the threshold is NaN, a wanted rate is not from 0 to 1, a known label is not 0 or 1, a score is NaN, or a weight is negative or not finite.
 *
 * @example
 * ```ts
 * const statistics = {
 *   sensitivity: confusionStatistic(scores, labels, threshold, 'sensitivity'),
 *   atNinety: confusionStatistic(scores, labels, { specificity: 0.9 }, 'sensitivity'),
 * };
 * const { sensitivity, atNinety } = patientBootstrap(statistics, patients, { rng });
 * ```
 */
export function confusionStatistic(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  threshold: number | ThresholdCriterion,
  metric: keyof ConfusionMetrics,
  options: ColumnOptions = {},
): WeightedStatistic {
  if (typeof threshold === 'number' && Number.isNaN(threshold)) throw new RangeError('Cannot count decisions as the threshold must be a number: current value is NaN');
  const weigh = drawWeights('count decisions', scores.length, options.weights);
  if (typeof threshold === 'number') {
    // Which of the four counts an image adds to does not depend on the draw: no sorting
    const images = knownImages('count decisions', scores, labels, options);
    const cellOf = Uint8Array.from(images, (image) => 2 * (labels[image] as number) + ((scores[image] as number) >= threshold ? 1 : 0));
    return (draw) => {
      const weights = weigh(draw);
      const sums = new Float64Array(4);
      for (let index = 0; index < images.length; index++) sums[cellOf[index] as number] = (sums[cellOf[index] as number] as number) + (weights[images[index] as number] as number);
      const [trueNegatives, falsePositives, falseNegatives, truePositives] = sums as unknown as [number, number, number, number];
      return confusionMetrics({ truePositives, falsePositives, trueNegatives, falseNegatives })[metric];
    };
  }
  checkCriterion(threshold);
  const column = rankColumn('count decisions', scores, labels, options);
  return (draw) => {
    const { thresholds, truePositives, falsePositives } = thresholdCounts(column, scores, weigh(draw));
    const last = thresholds.length - 1;
    const point = choosePoint({ thresholds, truePositives, falsePositives }, threshold);
    if (point === undefined) return undefined;
    const [truePositive, falsePositive] = [truePositives[point] as number, falsePositives[point] as number];
    return confusionMetrics({
      truePositives: truePositive,
      falsePositives: falsePositive,
      trueNegatives: (falsePositives[last] as number) - falsePositive,
      falseNegatives: (truePositives[last] as number) - truePositive,
    })[metric];
  };
}
