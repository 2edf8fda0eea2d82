import { euclideanNorm, matMul, sub, tensor1d, tensor2d, tidy, type Tensor1D } from '@tensorflow/tfjs-core';
import type { FeatureDistribution } from './featureDistribution.ts';
import { assertFeatures, type Features } from './features.ts';

const BLOCK_VALUES = 2 ** 22; // features at once on the backend, 16 MiB

/**
 * How far images are from a distribution of features: the Mahalanobis distance sqrt((x - mean)' S^-1 (x - mean)), on the current backend.
 *
 * @param distribution What {@link fitFeatureDistribution} learnt; borrowed.
 * @param features Features of the same encoder and stage; borrowed.
 * @returns Distances, one an image, not negative.
 * @throws {TypeError} If the dimensions differ.
 * @throws {RangeError} If a feature is not finite.
 *
 * @example
 * ```ts
 * const distances = await featureDistances(distribution, features);
 * ```
 */
export async function featureDistances({ dimension, mean, whitening }: FeatureDistribution, features: Features): Promise<Float32Array> {
  assertFeatures('compute distances of features', features, dimension);
  const { data, count } = features;
  const rows = Math.max(1, Math.floor(BLOCK_VALUES / dimension));
  const distances = new Float32Array(count);
  for (let start = 0; start < count; start += rows) {
    const block = data.slice(start * dimension, (start + rows) * dimension);
    const found = tidy(() => {
      const centred = sub(tensor2d(block, [block.length / dimension, dimension]), tensor1d(mean)); // [N, D]
      return euclideanNorm(matMul(centred, tensor2d(whitening, [dimension, dimension]), false, true), 1) as Tensor1D; // [N]
    });
    try {
      distances.set(await found.data(), start);
    } finally {
      found.dispose();
    }
  }
  return distances;
}
