import { delongColumn, type DelongOptions } from './delongColumn.ts';
import { normalQuantile } from './normalQuantile.ts';
import { placementVariance } from './placementVariance.ts';

/** An AUROC with its standard error and interval. */
export interface DelongInterval {
  readonly value: number;
  /** `undefined` where fewer than two patients have a positive, or a negative. */
  readonly standardError: number | undefined;
  /** The interval's ends; `undefined` where the standard error is or is 0, as with every positive above every negative: no spread has been seen. */
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly positives: number;
  readonly negatives: number;
}

/**
 * AUROC with DeLong's variance: closed form, no draws. By default the interval is symmetric on the logit scale, so that it stays between 0 and 1
 * and holds the truth more evenly near 1; `'wald'` is the AUROC plus and minus so many standard errors, as pROC prints it, cut off at 0 and 1.
 *
 * It takes images as independent. Where a patient has several, it refuses, unless `clustered` asks for Obuchowski's form, which sums over patients first.
 *
 * @param scores One score an image; higher means more likely positive. Infinities are allowed, NaN is not.
 * @param labels 1 for positive, 0 for negative.
 * @param patients The patient of each image; an image with `undefined` is a patient of its own.
 * @param options The mask of known labels, the clustered form, the confidence and the scale of the interval.
 * @returns Value, standard error and interval, or `undefined` where all known labels are of one class.
 * @throws {InputError} If a patient has several images with a known label and `clustered` is not set.
 * @throws {TypeError} If lengths differ.
 * @throws {RangeError} If a known label is not 0 or 1, a score is NaN, or `confidence` is not between 0 and 1.
 *
 * @example
 * ```ts
 * const { value, low, high } = delong(scores, labels, patients, { clustered: true })!;
 * ```
 * @see DeLong, DeLong and Clarke-Pearson 1988, Comparing the areas under two or more correlated ROC curves
 * @see Obuchowski 1997, Nonparametric analysis of clustered ROC curve data
 */
export function delong(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  patients: ArrayLike<string | number | undefined>,
  { scale = 'logit', ...options }: DelongOptions & { readonly scale?: 'logit' | 'wald' } = {},
): DelongInterval | undefined {
  const column = delongColumn(scores, labels, patients, options);
  if (!column) return undefined;
  const { area: value, positives, negatives } = column;
  const variance = placementVariance(column.placements, value, column);
  const standardError = variance === undefined ? undefined : Math.sqrt(variance);
  const estimate = { value, standardError, positives, negatives };
  if (!standardError) return { ...estimate, low: undefined, high: undefined };
  const reach = normalQuantile((1 + (options.confidence ?? 0.95)) / 2) * standardError;
  if (scale === 'wald') return { ...estimate, low: Math.max(0, value - reach), high: Math.min(1, value + reach) };
  const end = (sign: number): number => 1 / (1 + ((1 - value) / value) * Math.exp((-sign * reach) / (value * (1 - value))));
  return { ...estimate, low: end(-1), high: end(1) };
}
