import { chooseThreshold } from './chooseThreshold.ts';
import type { ColumnOptions } from './rankColumn.ts';

/**
 * The greatest sensitivity of any threshold whose specificity is at least the given one, without interpolation between thresholds.
 * The threshold is chosen on these images: it tells how well they are ranked, and not what a threshold fixed beforehand will do.
 *
 * @param scores One score an image; higher means more likely positive. Infinities are allowed, NaN is not.
 * @param labels 1 for positive, 0 for negative.
 * @param specificity From 0 to 1.
 * @param options Weights and the mask of known labels.
 * @returns From 0 to 1, or `undefined` where all known labels are of one class.
 * @throws {TypeError} If lengths differ.
 * @throws {RangeError} If `specificity` is not from 0 to 1, a known label is not 0 or 1, a score is NaN, or a weight is negative or not finite.
 *
 * @example
 * ```ts
 * sensitivityAtSpecificity([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1], 0.9); // 0.5
 * ```
 */
export function sensitivityAtSpecificity(scores: ArrayLike<number>, labels: ArrayLike<number>, specificity: number, options: ColumnOptions = {}): number | undefined {
  return chooseThreshold(scores, labels, { specificity }, options)?.sensitivity;
}
