import type { Rng } from '@cxr-ifa/tensor';
import { bootstrapDraws, type BootstrapDraws } from './bootstrapDraws.ts';
import { bootstrapInterval } from './bootstrapInterval.ts';
import type { WeightedStatistic } from './weightedStatistic.ts';

/** How a bootstrap draws. */
export interface BootstrapOptions {
  /** The source of the draws; a fork of it a task keeps intervals reproducible one by one. */
  readonly rng: Rng;
  /** The number of draws. @default {2000} */
  readonly samples?: number;
  /** The share of intervals that should hold the true value, between 0 and 1. @default {0.95} */
  readonly confidence?: number;
  /**
   * `'percentile'` reads the draws at their tails; `'bca'`, bias-corrected and accelerated, at tails shifted for bias and skew: nearer to the stated
   * confidence with few positive patients or an AUROC near 1, and as dear as one more draw for each patient.
   * @default {'percentile'}
   */
  readonly interval?: 'percentile' | 'bca';
}

/** A statistic with its bootstrap interval. */
export interface BootstrapInterval {
  /** The statistic of the images themselves. */
  readonly value: number | undefined;
  /** The interval's ends; `undefined` where the value is, or where no draw had one. */
  readonly low: number | undefined;
  readonly high: number | undefined;
  /** The draws that had a value, from which the interval is taken. */
  readonly samples: number;
  /** The draws without one, such as those that drew no positive: many of them mean that the interval is not to be trusted. */
  readonly undefinedSamples: number;
}

/**
 * Bootstrap over patients: every draw takes as many patients as there are, with replacement, each with all its images.
 * Drawing images instead would treat the images of one patient as independent and make intervals too narrow.
 *
 * All statistics see the same draws, so that fourteen findings cost one resampling.
 *
 * @param statistics By name, functions of image weights, such as {@link aurocStatistic} makes.
 * @param patients The patient of each image; an image with `undefined` is a patient of its own.
 * @param options The generator, the number of draws, the confidence and the kind of interval.
 * @returns By the same names, value and interval.
 * @throws {RangeError} If there are fewer than two patients, `samples` is not a positive integer, or `confidence` is not between 0 and 1.
 *
 * @example
 * ```ts
 * const { auroc } = patientBootstrap({ auroc: aurocStatistic(scores, labels) }, patients, { rng: createRng(1) });
 * `${auroc.value} (${auroc.low} to ${auroc.high})`;
 * ```
 * @see Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapters 13 and 14 (percentile and BCa interval)
 * @see Field and Welsh 2007, Bootstrapping clustered data
 */
export function patientBootstrap<Name extends string>(
  statistics: Readonly<Record<Name, WeightedStatistic>>,
  patients: ArrayLike<string | number | undefined>,
  { rng, samples = 2000, confidence = 0.95, interval = 'percentile' }: BootstrapOptions,
): Record<Name, BootstrapInterval> {
  if (!(confidence > 0 && confidence < 1)) throw new RangeError(`Cannot bootstrap as confidence must be between 0 and 1: current value is ${confidence}`);
  const drawn = Object.entries(bootstrapDraws(statistics, patients, { rng, samples, leaveOneOut: interval === 'bca' })) as [Name, BootstrapDraws][];
  return Object.fromEntries(drawn.map(([name, draws]) => [name, bootstrapInterval(draws, confidence)])) as Record<Name, BootstrapInterval>;
}
