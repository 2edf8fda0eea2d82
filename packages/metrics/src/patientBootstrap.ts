import type { Rng } from '@cxr-ifa/tensor';
import { patientClusters } from './patientClusters.ts';
import { quantile } from './quantile.ts';
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
  if (!(Number.isSafeInteger(samples) && samples > 0)) throw new RangeError(`Cannot bootstrap as samples must be a positive integer: current value is ${samples}`);
  if (!(confidence > 0 && confidence < 1)) throw new RangeError(`Cannot bootstrap as confidence must be between 0 and 1: current value is ${confidence}`);
  const { clusterOf, count } = patientClusters(patients);
  if (count < 2) throw new RangeError(`Cannot bootstrap as at least two patients are needed: current value is ${count}`);

  const entries = Object.entries(statistics) as [Name, WeightedStatistic][];
  const draws = entries.map(() => new Float64Array(samples));
  const defined = new Int32Array(entries.length);
  const timesDrawn = new Float64Array(count); // by patient
  const weights = new Float64Array(patients.length); // by image
  for (let sample = 0; sample < samples; sample++) {
    timesDrawn.fill(0);
    for (let draw = 0; draw < count; draw++) {
      const patient = Math.floor((rng.uint32() / 2 ** 32) * count); // uniform to one part in 2^32 / count
      timesDrawn[patient] = (timesDrawn[patient] as number) + 1;
    }
    for (let image = 0; image < weights.length; image++) weights[image] = timesDrawn[clusterOf[image] as number] as number;
    entries.forEach(([, statistic], index) => {
      const value = statistic(weights);
      if (value !== undefined) (draws[index] as Float64Array)[(defined[index] as number)++] = value;
    });
  }

  weights.fill(1);
  const tail = (1 - confidence) / 2;
  const interval = (statistic: WeightedStatistic, index: number): BootstrapInterval => {
    const used = defined[index] as number;
    const ascending = (draws[index] as Float64Array).subarray(0, used).sort();
    const value = statistic(weights);
    const hasInterval = value !== undefined && used > 0;
    return {
      value,
      low: hasInterval ? quantile(ascending, tail) : undefined,
      high: hasInterval ? quantile(ascending, 1 - tail) : undefined,
      samples: used,
      undefinedSamples: samples - used,
    };
  };
  return Object.fromEntries(entries.map(([name, statistic], index) => [name, interval(statistic, index)])) as Record<Name, BootstrapInterval>;
}
