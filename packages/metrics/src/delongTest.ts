import { delongColumn, type DelongOptions } from './delongColumn.ts';
import { normalQuantile } from './normalQuantile.ts';
import { normalUpperTail } from './normalUpperTail.ts';
import { placementVariance } from './placementVariance.ts';

/** The difference of two AUROCs of the same images. */
export interface DelongComparison {
  /** First minus second. */
  readonly difference: number;
  readonly standardError: number | undefined;
  readonly low: number | undefined;
  readonly high: number | undefined;
  /** The difference in standard errors. */
  readonly z: number | undefined;
  /** Two-sided: how often equal rankings would differ so much. `undefined` where the standard error is, or is 0 while the difference is not. */
  readonly p: number | undefined;
}

/**
 * DeLong's paired test of two sets of scores of the same images. Several findings or several pairs are several tests: correct with {@link holm}.
 *
 * @param first One score an image; higher means more likely positive. Infinities are allowed, NaN is not.
 * @param second The scores to compare with, of the same images.
 * @param labels 1 for positive, 0 for negative.
 * @param patients The patient of each image; an image with `undefined` is a patient of its own.
 * @param options The mask of known labels, the clustered form and the confidence of the interval.
 * @returns The difference, its standard error and symmetric interval, z and p, or `undefined` where all known labels are of one class.
 * @throws {InputError} If a patient has several images with a known label and `clustered` is not set.
 * @throws {TypeError} If lengths differ.
 * @throws {RangeError} If a known label is not 0 or 1, a score is NaN, or `confidence` is not between 0 and 1.
 *
 * @example
 * ```ts
 * const { difference, p } = delongTest(pretrained, random, labels, patients, { clustered: true })!;
 * ```
 * @see DeLong, DeLong and Clarke-Pearson 1988, Comparing the areas under two or more correlated ROC curves
 */
export function delongTest(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  labels: ArrayLike<number>,
  patients: ArrayLike<string | number | undefined>,
  options: DelongOptions = {},
): DelongComparison | undefined {
  if (first.length !== second.length) throw new TypeError(`Cannot compare as both must score the same images: current lengths are ${first.length} and ${second.length}`);
  const [one, other] = [delongColumn(first, labels, patients, options), delongColumn(second, labels, patients, options)];
  if (!one || !other) return undefined;
  const difference = one.area - other.area;
  // The variance of the differences, and not the sum of variances less covariances: equal rankings then give exactly 0
  const variance = placementVariance(one.placements.map((value, image) => value - (other.placements[image] as number)), difference, one);
  if (variance === undefined) return { difference, standardError: undefined, low: undefined, high: undefined, z: undefined, p: undefined };
  const standardError = Math.sqrt(variance);
  const reach = normalQuantile((1 + (options.confidence ?? 0.95)) / 2) * standardError;
  const z = difference === 0 ? 0 : variance > 0 ? difference / standardError : undefined;
  const hasInterval = z !== undefined;
  return {
    difference,
    standardError,
    low: hasInterval ? difference - reach : undefined,
    high: hasInterval ? difference + reach : undefined,
    z,
    p: z === undefined ? undefined : 2 * normalUpperTail(Math.abs(z)),
  };
}
