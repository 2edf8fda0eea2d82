import { fitLogistic, type LogitScale } from './fitLogistic.ts';
import { knownLogits } from './knownLogits.ts';
import type { ColumnOptions } from './rankColumn.ts';

/**
 * Platt scaling: slope and intercept for which sigmoid(slope * logit + intercept) has the least cross-entropy on validation data, by Newton's method.
 * As in Platt's paper the labels are drawn in a little, to (P + 1) / (P + 2) and 1 / (N + 2) with P and N the weights of positives and negatives:
 * so a best fit exists even where a threshold separates the classes. The slope is below 0 where the logits rank the wrong way round.
 *
 * @param logits One an image, of validation data: log-odds or any finite score.
 * @param labels 1 for positive, 0 for negative.
 * @param options Weights and the mask of known labels.
 * @returns Slope and intercept, for {@link scaleLogits}, or `undefined` where all known labels are of one class or all logits are equal.
 * @throws {TypeError} If lengths differ.
 * @throws {RangeError} If a known label is not 0 or 1, a logit is not finite, or a weight is negative or not finite.
 *
 * @example
 * ```ts
 * const scale = fitPlatt(validation.logits, validation.labels)!;
 * const probabilities = scaleLogits(test.logits, scale);
 * ```
 * @see Platt 1999, Probabilistic outputs for support vector machines
 * @see Lin, Lin and Weng 2007, A note on Platt's probabilistic outputs for support vector machines
 */
export function fitPlatt(logits: ArrayLike<number>, labels: ArrayLike<number>, options: ColumnOptions = {}): LogitScale | undefined {
  const { values, labels: classes, weights } = knownLogits(logits, labels, options);
  const positives = classes.reduce((sum, label, index) => sum + label * (weights[index] as number), 0);
  const negatives = classes.reduce((sum, label, index) => sum + (1 - label) * (weights[index] as number), 0);
  if (!(positives > 0 && negatives > 0) || values.every((value) => value === values[0])) return undefined;
  return fitLogistic(values, classes.map((label) => (label ? (positives + 1) / (positives + 2) : 1 / (negatives + 2))), weights);
}
