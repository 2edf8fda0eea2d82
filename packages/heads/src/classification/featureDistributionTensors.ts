import type { FeatureDistribution } from './featureDistribution.ts';

/** A float32 array of a tensor file. */
export interface DistributionTensor {
  readonly dtype: 'F32';
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/**
 * A distribution of features as named tensors, as they are written to a file such as safetensors; {@link parseFeatureDistribution} takes them back.
 *
 * @returns `mean` [D], `whitening` [D, D], `shrinkage` [1] and `quantiles` [Q + 1]; they share the distribution's memory.
 *
 * @example
 * ```ts
 * const bytes = writeSafetensors(featureDistributionTensors(distribution), { format: 'pt' }); // of @cxr-ifa/checkpoint
 * ```
 */
export function featureDistributionTensors({ dimension, mean, whitening, shrinkage, quantiles }: FeatureDistribution): Map<string, DistributionTensor> {
  return new Map([
    ['mean', { dtype: 'F32', shape: [dimension], data: mean }],
    ['whitening', { dtype: 'F32', shape: [dimension, dimension], data: whitening }],
    ['shrinkage', { dtype: 'F32', shape: [1], data: Float32Array.of(shrinkage) }],
    ['quantiles', { dtype: 'F32', shape: [quantiles.length], data: quantiles }],
  ]);
}
