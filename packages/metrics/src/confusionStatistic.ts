import { confusionMetrics, type ConfusionMetrics } from './confusionMetrics.ts';
import { drawWeights } from './drawWeights.ts';
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
  if (typeof threshold !== 'number') checkCriterion(threshold);
  const column = rankColumn('count decisions', scores, labels, options);
  const weigh = drawWeights('count decisions', scores.length, options.weights);
  return (draw) => {
    const { thresholds, truePositives, falsePositives } = thresholdCounts(column, scores, weigh(draw));
    const last = thresholds.length - 1;
    // Thresholds descend: what is called positive is counted by the last point not below the given one
    const below = typeof threshold === 'number' ? thresholds.findIndex((value) => value < threshold) : -1;
    const point = typeof threshold === 'number' ? (below < 0 ? last : Math.max(0, below - 1)) : choosePoint({ thresholds, truePositives, falsePositives }, threshold);
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
