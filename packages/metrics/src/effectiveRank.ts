import { Matrix, SingularValueDecomposition } from 'ml-matrix';
import { readFeatures, type FeatureRows } from './featureRows.ts';

/**
 * Effective rank: exp(entropy) of the singular values divided by their sum. A collapsed encoder has 1, one that uses all directions evenly the dimension;
 * it never exceeds the number of images, so compare at equal numbers. Features are taken as they are, not centred.
 *
 * @param features Features of different images.
 * @returns From 1 to the smaller of count and dimension, or `undefined` where all features are 0.
 * @throws {RangeError} If there is no image or a value is not finite.
 *
 * @example
 * ```ts
 * effectiveRank({ data: [1, 0, 0, 1], count: 2, dimension: 2 }); // 2
 * ```
 * @see Roy and Vetterli 2007, The effective rank: a measure of effective dimensionality
 * @see Garrido et al. 2023, RankMe: assessing the downstream performance of pretrained self-supervised representations by their rank
 */
export function effectiveRank(features: FeatureRows): number | undefined {
  const { count, dimension } = features;
  const matrix = Matrix.from1DArray(count, dimension, Array.from(readFeatures('compute the effective rank', features, 1)));
  const { diagonal } = new SingularValueDecomposition(matrix, { computeLeftSingularVectors: false, computeRightSingularVectors: false, autoTranspose: true });
  const total = diagonal.reduce((sum, value) => sum + value, 0);
  if (!(total > 0)) return undefined;
  return Math.exp(-diagonal.reduce((sum, value) => sum + (value > 0 ? (value / total) * Math.log(value / total) : 0), 0));
}
