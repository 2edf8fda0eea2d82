import type { WeightedStatistic } from './weightedStatistic.ts';

/**
 * A statistic of some of the images: the others weigh nothing. With {@link pairedBootstrapDifference} it compares two subgroups,
 * under draws of all patients, so that a patient with images in both stays one patient.
 *
 * @param statistic A function of image weights.
 * @param members 1 or true for each image that belongs to the subgroup.
 * @returns The statistic of the subgroup.
 *
 * @example
 * ```ts
 * const women = restrictTo(auroc, sex.map((value) => value === 'F'));
 * const men = restrictTo(auroc, sex.map((value) => value === 'M'));
 * const gap = pairedBootstrapDifference(women, men, patients, { rng });
 * ```
 */
export function restrictTo(statistic: WeightedStatistic, members: ArrayLike<boolean | number>): WeightedStatistic {
  const isMember = Uint8Array.from(members, (member) => (member ? 1 : 0));
  const weights = new Float64Array(isMember.length);
  return (draw) => {
    if (draw.length !== weights.length) throw new TypeError(`Cannot restrict a statistic as a draw must have one weight for each of ${weights.length} images: current length is ${draw.length}`);
    for (let image = 0; image < weights.length; image++) weights[image] = isMember[image] ? (draw[image] as number) : 0;
    return statistic(weights);
  };
}
