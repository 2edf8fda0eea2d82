import { fitLogistic, type LogitScale } from './fitLogistic.ts';
import { knownLogits } from './knownLogits.ts';
import type { ColumnOptions } from './rankColumn.ts';

/**
 * Temperature scaling: the T > 0 for which sigmoid(logit / T) has the least cross-entropy on validation data, by Newton's method on 1 / T.
 * It never changes a ranking or which side of 0.5 an image is on. For one temperature over several findings give their logits and labels end to end.
 *
 * @param logits One an image, of validation data: log-odds before the sigmoid, finite.
 * @param labels 1 for positive, 0 for negative.
 * @param options Weights and the mask of known labels.
 * @returns For {@link scaleLogits}: `slope` is 1 / T, `intercept` 0, and the temperature itself. `undefined` where no finite T > 0 is best:
 *   no known label, logits whose sign is never wrong (the best T is 0), or logits that are no better than chance (it is infinite).
 * @throws {TypeError} If lengths differ.
 * @throws {RangeError} If a known label is not 0 or 1, a logit is not finite, or a weight is negative or not finite.
 *
 * @example
 * ```ts
 * const scale = fitTemperature(validation.logits, validation.labels)!;
 * const probabilities = scaleLogits(test.logits, scale);
 * ```
 * @see Guo et al. 2017, On calibration of modern neural networks
 */
export function fitTemperature(logits: ArrayLike<number>, labels: ArrayLike<number>, options: ColumnOptions = {}): (LogitScale & { readonly temperature: number }) | undefined {
  const { values, labels: targets, weights } = knownLogits(logits, labels, options);
  const signed = values.map((value, index) => ((targets[index] as number) ? value : -value)); // above 0 where the sign is right
  const isEverWrong = signed.some((value) => value < 0);
  const isBetterThanChance = signed.reduce((sum, value, index) => sum + (weights[index] as number) * value, 0) > 0; // the loss falls as 1 / T leaves 0
  if (!isEverWrong || !isBetterThanChance) return undefined;
  const { slope } = fitLogistic(values, targets, weights, { fixedIntercept: true });
  return { slope, intercept: 0, temperature: 1 / slope };
}
