import { patientBootstrap, type BootstrapInterval, type BootstrapOptions } from './patientBootstrap.ts';
import { patientClusters } from './patientClusters.ts';
import { restrictTo } from './restrictTo.ts';
import type { WeightedStatistic } from './weightedStatistic.ts';

/** One level of an attribute, such as the female patients. */
export interface SubgroupRow extends BootstrapInterval {
  /** Such as `'sex'`. */
  readonly attribute: string;
  /** Such as `'F'`; `undefined` for the images whose level is not known. */
  readonly level: string | number | undefined;
  /** How many images and patients are of this level, whether or not their label is known. */
  readonly images: number;
  readonly patients: number;
}

/**
 * A statistic for every level of every attribute (view, sex, age band), with intervals over patients. Patients are drawn from all, as they were
 * collected, and all rows see the same draws: how many of a level a draw holds varies, as it would in another cohort.
 * Many rows are many chances of a remarkable one; whether two levels differ is for {@link restrictTo} with {@link pairedBootstrapDifference} to say.
 *
 * @param statistic A function of image weights, such as {@link aurocStatistic} makes.
 * @param attributes By name, the level of each image; see {@link ageBand} for ages.
 * @param patients The patient of each image; an image with `undefined` is a patient of its own.
 * @param options The generator, the number of draws, the confidence and the kind of interval.
 * @returns The rows by attribute, levels in ascending order, unknown last.
 * @throws {TypeError} If an attribute does not have one level for each image.
 * @throws {RangeError} If there are fewer than two patients, `samples` is not a positive integer, or `confidence` is not between 0 and 1.
 *
 * @example
 * ```ts
 * const rows = subgroupTable(aurocStatistic(scores, labels), { view, sex, age: ages.map((years) => ageBand(years)) }, patients, { rng });
 * ```
 */
export function subgroupTable(
  statistic: WeightedStatistic,
  attributes: Readonly<Record<string, ArrayLike<string | number | undefined>>>,
  patients: ArrayLike<string | number | undefined>,
  options: BootstrapOptions,
): SubgroupRow[] {
  const { clusterOf } = patientClusters(patients);
  const groups = Object.entries(attributes).flatMap(([attribute, column]) => {
    const levels = Array.from(column);
    if (levels.length !== patients.length) throw new TypeError(`Cannot make subgroups as ${attribute} must have one level for each of ${patients.length} images: current length is ${levels.length}`);
    const ascending = [...new Set(levels)].sort((a, b) => String(a).localeCompare(String(b), 'en', { numeric: true })); // undefined is always sorted last
    return ascending.map((level) => {
      const members = levels.map((value) => value === level);
      return { attribute, level, members, images: members.filter(Boolean).length, patients: new Set(clusterOf.filter((_, image) => members[image])).size };
    });
  });
  const statistics = Object.fromEntries(groups.map(({ members }, index) => [index, restrictTo(statistic, members)]));
  const intervals = patientBootstrap(statistics, patients, options);
  return groups.map(({ attribute, level, images, patients: count }, index) => ({ attribute, level, images, patients: count, ...(intervals[index] as BootstrapInterval) }));
}
