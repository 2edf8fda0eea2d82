import type { FeatureDistribution } from './featureDistribution.ts';

/**
 * The share of the fitted images that are nearer to the mean: 0.5 for an ordinary image, 1 for one that is further out than all of them.
 * Of ordinary images that were not fitted on, about 1 in 100 has a score of 0.99 or more.
 *
 * @param distribution What {@link fitFeatureDistribution} learnt.
 * @param distances What {@link featureDistances} found.
 * @returns Scores from 0 to 1, one an image.
 *
 * @example
 * ```ts
 * const warnings = outOfDistribution(distribution, distances).map((score) => (score >= 0.99 ? 1 : 0));
 * ```
 */
export function outOfDistribution({ quantiles }: FeatureDistribution, distances: ArrayLike<number>): Float64Array {
  const steps = quantiles.length - 1;
  return Float64Array.from(distances, (distance) => {
    let [low, high] = [0, quantiles.length]; // the number of quantiles that are at most the distance
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((quantiles[middle] as number) <= distance) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return 0;
    if (low === quantiles.length) return 1;
    const [from, to] = [quantiles[low - 1] as number, quantiles[low] as number];
    return (low - 1 + (distance - from) / (to - from)) / steps;
  });
}
