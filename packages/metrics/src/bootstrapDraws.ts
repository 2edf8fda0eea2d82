import type { Rng } from '@cxr-ifa/tensor';
import { patientClusters } from './patientClusters.ts';
import type { WeightedStatistic } from './weightedStatistic.ts';

/** A statistic of the images themselves, and of each draw. */
export interface BootstrapDraws {
  readonly value: number | undefined;
  /** One number a draw, NaN where the draw leaves the statistic without meaning. */
  readonly draws: Float64Array;
  /** The statistic without each patient, NaN where it then has none; only where asked for. */
  readonly withoutPatient?: Float64Array;
}

/**
 * Draws as many patients as there are, with replacement, each with all its images, and gives every statistic's value in every draw.
 * The draws are the same for all statistics: entry i of each belongs to one resampled cohort, so differences and averages can be taken draw by draw.
 *
 * @param statistics By name, functions of image weights.
 * @param patients The patient of each image; an image with `undefined` is a patient of its own.
 * @param options The generator, the number of draws, and whether to compute the statistics without each patient too, as a BCa interval needs.
 * @returns By the same names, the value and the draws.
 * @throws {RangeError} If there are fewer than two patients, or `samples` is not a positive integer.
 *
 * @example
 * ```ts
 * const { effusion, nodule } = bootstrapDraws({ effusion: aurocStatistic(a, labels), nodule: aurocStatistic(b, otherLabels) }, patients, { rng, samples: 2000 });
 * ```
 */
export function bootstrapDraws<Name extends string>(
  statistics: Readonly<Record<Name, WeightedStatistic>>,
  patients: ArrayLike<string | number | undefined>,
  { rng, samples, leaveOneOut = false }: { readonly rng: Rng; readonly samples: number; readonly leaveOneOut?: boolean },
): Record<Name, BootstrapDraws> {
  if (!(Number.isSafeInteger(samples) && samples > 0)) throw new RangeError(`Cannot bootstrap as samples must be a positive integer: current value is ${samples}`);
  const { clusterOf, count } = patientClusters(patients);
  if (count < 2) throw new RangeError(`Cannot bootstrap as at least two patients are needed: current value is ${count}`);

  const entries = Object.entries(statistics) as [Name, WeightedStatistic][];
  const timesDrawn = new Float64Array(count); // by patient
  const weights = new Float64Array(patients.length); // by image
  /** Every statistic of every round, in which `choose` says how often each patient counts. */
  const evaluate = (rounds: number, choose: (round: number) => void): Float64Array[] => {
    const results = entries.map(() => new Float64Array(rounds));
    for (let round = 0; round < rounds; round++) {
      choose(round);
      for (let image = 0; image < weights.length; image++) weights[image] = timesDrawn[clusterOf[image] as number] as number;
      entries.forEach(([, statistic], index) => ((results[index] as Float64Array)[round] = statistic(weights) ?? NaN));
    }
    return results;
  };
  const draws = evaluate(samples, () => {
    timesDrawn.fill(0);
    for (let draw = 0; draw < count; draw++) {
      const patient = Math.floor((rng.uint32() / 2 ** 32) * count); // uniform to one part in 2^32 / count
      timesDrawn[patient] = (timesDrawn[patient] as number) + 1;
    }
  });
  const withoutPatient = leaveOneOut && evaluate(count, (left) => timesDrawn.fill(1).fill(0, left, left + 1));
  weights.fill(1);
  return Object.fromEntries(
    entries.map(([name, statistic], index) => [name, { value: statistic(weights), draws: draws[index], ...(withoutPatient && { withoutPatient: withoutPatient[index] }) }]),
  ) as Record<Name, BootstrapDraws>;
}
