import { auprcStatistic } from './auprcStatistic.ts';
import type { ColumnOptions } from './rankColumn.ts';

/**
 * Area under the precision-recall curve as average precision: the sum over thresholds of (R_t - R_(t-1)) P_t, with equal scores as one threshold
 * and no interpolation, as in scikit-learn. A ranking by chance gives the share of positives, so it compares findings of one prevalence only.
 *
 * @param scores One score an image; higher means more likely positive. Infinities are allowed, NaN is not.
 * @param labels 1 for positive, 0 for negative.
 * @param options Weights and the mask of known labels.
 * @returns A number from 0 to 1, or `undefined` where all known labels are of one class.
 * @throws {TypeError} If lengths differ.
 * @throws {RangeError} If a known label is not 0 or 1, a score is NaN, or a weight is negative or not finite.
 *
 * @example
 * ```ts
 * auprc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]); // 0.8333333333333333
 * ```
 */
export function auprc(scores: ArrayLike<number>, labels: ArrayLike<number>, options: ColumnOptions = {}): number | undefined {
  return auprcStatistic(scores, labels, options)(new Float64Array(scores.length).fill(1));
}
