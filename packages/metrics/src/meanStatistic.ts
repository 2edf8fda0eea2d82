import type { WeightedStatistic } from './weightedStatistic.ts';

/**
 * The mean of one number an image, as a function of how often each image counts: sum(w * x) / sum(w).
 *
 * @param values One number an image; an infinite one counts where its image does, and not otherwise.
 * @returns The mean; `undefined` where no image counts.
 * @throws {TypeError} From the statistic, if there is not one weight for each image.
 *
 * @example
 * ```ts
 * const { share } = patientBootstrap({ share: meanStatistic(hits) }, patients, { rng: createRng(1) });
 * ```
 */
export function meanStatistic(values: ArrayLike<number>): WeightedStatistic {
  return (weights) => {
    if (weights.length !== values.length) throw new TypeError(`Cannot take a mean as there must be one weight for each of ${values.length} images: current length is ${weights.length}`);
    let [sum, total] = [0, 0];
    for (let image = 0; image < values.length; image++) {
      const weight = weights[image] as number;
      if (weight === 0) continue; // 0 times Infinity is not 0
      sum += weight * (values[image] as number);
      total += weight;
    }
    return total > 0 ? sum / total : undefined;
  };
}
