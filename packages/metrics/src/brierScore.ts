import { brierStatistic } from './brierStatistic.ts';
import type { ColumnOptions } from './rankColumn.ts';

/**
 * The Brier score: the mean of (probability - label)^2. It rewards both ranking and calibration; a constant prediction of the prevalence q scores q (1 - q),
 * so a rare finding has a small score whatever is predicted.
 *
 * @param probabilities One an image, from 0 to 1.
 * @param labels 1 for positive, 0 for negative.
 * @param options Weights and the mask of known labels.
 * @returns From 0 (best) to 1, or `undefined` where no label is known.
 * @throws {TypeError} If lengths differ.
 * @throws {RangeError} If a probability is not from 0 to 1, a known label is not 0 or 1, or a weight is negative or not finite.
 *
 * @example
 * ```ts
 * brierScore([0.1, 0.8], [0, 1]); // 0.025
 * ```
 * @see Brier 1950, Verification of forecasts expressed in terms of probability
 */
export function brierScore(probabilities: ArrayLike<number>, labels: ArrayLike<number>, options: ColumnOptions = {}): number | undefined {
  return brierStatistic(probabilities, labels, options)(new Float64Array(probabilities.length).fill(1));
}
