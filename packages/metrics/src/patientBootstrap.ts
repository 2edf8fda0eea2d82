import type { Rng } from '@cxr-ifa/tensor';
import { bootstrapDraws, type BootstrapDraws } from './bootstrapDraws.ts';
import { percentileInterval } from './percentileInterval.ts';
import type { WeightedStatistic } from './weightedStatistic.ts';

/** How a bootstrap draws. */
export interface BootstrapOptions {
  /** The source of the draws; a fork of it a task keeps intervals reproducible one by one. */
  readonly rng: Rng;
  /** The number of draws. @default {2000} */
  readonly samples?: number;
  /** The share of intervals that should hold the true value, between 0 and 1. @default {0.95} */
  readonly confidence?: number;
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
 * Percentile bootstrap over patients: every draw takes as many patients as there are, with replacement, each with all its images.
 * Drawing images instead would treat the images of one patient as independent and make intervals too narrow.
 *
 * All statistics see the same draws, so that fourteen findings cost one resampling.
 *
 * @param statistics By name, functions of image weights, such as {@link aurocStatistic} makes.
 * @param patients The patient of each image; an image with `undefined` is a patient of its own.
 * @param options The generator, the number of draws and the confidence.
 * @returns By the same names, value and interval.
 * @throws {RangeError} If there are fewer than two patients, `samples` is not a positive integer, or `confidence` is not between 0 and 1.
 *
 * @example
 * ```ts
 * const { auroc } = patientBootstrap({ auroc: aurocStatistic(scores, labels) }, patients, { rng: createRng(1) });
 * `${auroc.value} (${auroc.low} to ${auroc.high})`;
 * ```
 * @see Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapter 13 (percentile interval)
 * @see Field and Welsh 2007, Bootstrapping clustered data
 */
export function patientBootstrap<Name extends string>(
  statistics: Readonly<Record<Name, WeightedStatistic>>,
  patients: ArrayLike<string | number | undefined>,
  { rng, samples = 2000, confidence = 0.95 }: BootstrapOptions,
): Record<Name, BootstrapInterval> {
  if (!(confidence > 0 && confidence < 1)) throw new RangeError(`Cannot bootstrap as confidence must be between 0 and 1: current value is ${confidence}`);
  const drawn = Object.entries(bootstrapDraws(statistics, patients, { rng, samples })) as [Name, BootstrapDraws][];
  return Object.fromEntries(drawn.map(([name, draws]) => [name, percentileInterval(draws, confidence)])) as Record<Name, BootstrapInterval>;
}
