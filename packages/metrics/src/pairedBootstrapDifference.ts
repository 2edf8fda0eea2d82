import { patientBootstrap, type BootstrapInterval, type BootstrapOptions } from './patientBootstrap.ts';
import type { WeightedStatistic } from './weightedStatistic.ts';

/**
 * The difference of two statistics of the same images, with a patient bootstrap in which both see the same draws.
 * What makes an image hard is hard for both and cancels: the interval is narrower than that of two separate tests, and it is the one
 * to look at for "is the first better than the second". It excludes zero where the difference is beyond chance at this confidence.
 *
 * @param first A statistic of image weights, such as `aurocStatistic(a, labels)`.
 * @param second The statistic to subtract, such as `aurocStatistic(b, labels)`.
 * @param patients The patient of each image; an image with `undefined` is a patient of its own.
 * @param options The generator, the number of draws, the confidence and the kind of interval.
 * @returns first - second, with its interval; a draw in which either is undefined is counted as undefined.
 * @throws {RangeError} If there are fewer than two patients, `samples` is not a positive integer, or `confidence` is not between 0 and 1.
 *
 * @example
 * ```ts
 * const difference = pairedBootstrapDifference(aurocStatistic(pretrained, labels), aurocStatistic(random, labels), patients, { rng });
 * ```
 */
export function pairedBootstrapDifference(
  first: WeightedStatistic,
  second: WeightedStatistic,
  patients: ArrayLike<string | number | undefined>,
  options: BootstrapOptions,
): BootstrapInterval {
  const difference: WeightedStatistic = (weights) => {
    const [a, b] = [first(weights), second(weights)];
    return a === undefined || b === undefined ? undefined : a - b;
  };
  return patientBootstrap({ difference }, patients, options).difference;
}
