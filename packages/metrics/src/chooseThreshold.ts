import { rankColumn, type ColumnOptions } from './rankColumn.ts';
import { thresholdCounts } from './thresholdCounts.ts';
import { checkCriterion, choosePoint, type ThresholdCriterion } from './thresholdCriterion.ts';

/** A threshold and what it does on the data it was chosen on. */
export interface OperatingPoint {
  /** A score at or above this is called positive: a score of the data, or Infinity where nothing should be called positive. */
  readonly threshold: number;
  readonly sensitivity: number;
  readonly specificity: number;
}

/**
 * Chooses a threshold among the scores of the given images: give validation data here and judge with {@link confusionTable} elsewhere.
 * Of equally good thresholds the highest is taken.
 *
 * @param scores One score an image; higher means more likely positive. Infinities are allowed, NaN is not.
 * @param labels 1 for positive, 0 for negative.
 * @param criterion `'youden'`, `'f1'`, or a sensitivity or specificity that is at least to be had.
 * @param options Weights and the mask of known labels.
 * @returns The threshold with its sensitivity and specificity, or `undefined` where all known labels are of one class.
 * @throws {TypeError} If lengths differ.
 * @throws {RangeError} If the wanted rate is not from 0 to 1, a known label is not 0 or 1, a score is NaN, or a weight is negative or not finite.
 *
 * @example
 * ```ts
 * const { threshold } = chooseThreshold(validation.scores, validation.labels, { sensitivity: 0.95 })!;
 * const { sensitivity } = confusionMetrics(confusionTable(test.scores, test.labels, threshold));
 * ```
 * @see Youden 1950, Index for rating diagnostic tests
 */
export function chooseThreshold(scores: ArrayLike<number>, labels: ArrayLike<number>, criterion: ThresholdCriterion, options: ColumnOptions = {}): OperatingPoint | undefined {
  checkCriterion(criterion);
  const counts = thresholdCounts(rankColumn('choose a threshold', scores, labels, options), scores, options.weights);
  const point = choosePoint(counts, criterion);
  if (point === undefined) return undefined;
  const { thresholds, truePositives, falsePositives } = counts;
  const negatives = falsePositives.at(-1) as number;
  return {
    threshold: thresholds[point] as number,
    sensitivity: (truePositives[point] as number) / (truePositives.at(-1) as number),
    specificity: (negatives - (falsePositives[point] as number)) / negatives,
  };
}
