import { add, batchNorm, relu, tidy, type Tensor1D, type Tensor4D } from '@tensorflow/tfjs-core';
import { assertShape } from '@cxr-ifa/tensor';

/** What surrounds the normalisation of {@link batchNormInference}. */
export interface BatchNormInferenceOptions {
  /** Added to the variance. @default {1e-5} */
  readonly epsilon?: number;
  /** Applied last. @default {'linear'} */
  readonly activation?: 'linear' | 'relu';
  /** Added before the activation, [N, H, W, C]. */
  readonly residual?: Tensor4D;
}

/**
 * Batch-norm by given statistics: y = activation(scale (x - mean) / sqrt(variance + epsilon) + offset + residual).
 *
 * @param x Maps, [N, H, W, C].
 * @param scale Scale (PyTorch's `weight`), [C].
 * @param offset Offset (PyTorch's `bias`), [C].
 * @param mean Running mean, [C].
 * @param variance Running variance, [C].
 * @param options Epsilon, activation and residual.
 * @returns The maps, [N, H, W, C].
 * @throws {TypeError} If a shape does not fit.
 *
 * @example
 * ```ts
 * const y = batchNormInference(x, scale, offset, runningMean, runningVariance, { activation: 'relu' });
 * ```
 */
export function batchNormInference(
  x: Tensor4D,
  scale: Tensor1D,
  offset: Tensor1D,
  mean: Tensor1D,
  variance: Tensor1D,
  { epsilon = 1e-5, activation = 'linear', residual }: BatchNormInferenceOptions = {},
): Tensor4D {
  assertShape('normalise by running statistics', {
    x: [x, ['N', 'H', 'W', 'C']],
    scale: [scale, ['C']],
    offset: [offset, ['C']],
    mean: [mean, ['C']],
    variance: [variance, ['C']],
    ...(residual && { residual: [residual, x.shape] as const }),
  });
  return tidy(() => {
    const normalised = batchNorm(x, mean, variance, offset, scale, epsilon) as Tensor4D;
    const sum = residual ? add(normalised, residual) : normalised;
    return activation === 'relu' ? relu(sum) : sum;
  }) as Tensor4D;
}
