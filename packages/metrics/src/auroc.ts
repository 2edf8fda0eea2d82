import { aurocStatistic } from './aurocStatistic.ts';
import type { ColumnOptions } from './rankColumn.ts';

/**
 * Area under the receiver operating characteristic: the probability that a positive image scores above a negative one, ties counting half.
 *
 * @param scores One score an image; higher means more likely positive. Infinities are allowed, NaN is not.
 * @param labels 1 for positive, 0 for negative.
 * @param options Weights and the mask of known labels.
 * @returns A number from 0 to 1, or `undefined` where all known labels are of one class: no ranking exists to be judged, and 0.5 would say that it was bad.
 * @throws {TypeError} If lengths differ.
 * @throws {RangeError} If a known label is not 0 or 1, a score is NaN, or a weight is negative or not finite.
 *
 * @example
 * ```ts
 * auroc([0.1, 0.4, 0.4, 0.8], [0, 0, 1, 1]); // 0.875
 * ```
 * @see Hanley and McNeil 1982, The meaning and use of the area under a receiver operating characteristic (ROC) curve
 */
export function auroc(scores: ArrayLike<number>, labels: ArrayLike<number>, options: ColumnOptions = {}): number | undefined {
  return aurocStatistic(scores, labels, options)(new Float64Array(scores.length).fill(1));
}
