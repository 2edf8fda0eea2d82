import { tidy, type Tensor1D, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';
import { assertShape, runFusedKernel } from '@cxr-ifa/tensor';
import { composeBatchNorm } from './composeBatchNorm.ts';
import { registerBatchNormGradient } from './registerBatchNormGradient.ts';

/** What surrounds the normalisation of {@link batchNormTraining}. */
export interface BatchNormTrainingOptions {
  /** The batch is cut into this many equal runs of images, each normalised by itself. @default {1} */
  readonly groups?: number;
  /** Added to the variance. @default {1e-5} */
  readonly epsilon?: number;
  /** Applied last. @default {'linear'} */
  readonly activation?: 'linear' | 'relu';
  /** Added before the activation, [N, H, W, C]. */
  readonly residual?: Tensor4D;
}

/** What {@link batchNormTraining} returns; all of it belongs to the caller. */
export interface BatchNormTrainingResult {
  /** Normalised maps, [N, H, W, C]. */
  readonly y: Tensor4D;
  /** Mean of each group, [groups, C]. Carries no gradient. */
  readonly mean: Tensor2D;
  /** Biased variance of each group, [groups, C]. Carries no gradient. */
  readonly variance: Tensor2D;
}

/**
 * Batch-norm by the batch's own statistics, with what usually follows it:
 * y = activation(scale (x - mean) / sqrt(variance + epsilon) + offset + residual), mean and variance taken over N, H and W of each group.
 *
 * Running statistics are the caller's: see `groupedBatchStatistics` and `averageStatistics`.
 * Where the backend has the fused kernel `BatchNormTraining` it runs that, otherwise plain operations; both save x and y for the gradient, and nothing else of that size.
 *
 * @param x Maps, [N, H, W, C].
 * @param scale Scale (PyTorch's `weight`), [C].
 * @param offset Offset (PyTorch's `bias`), [C].
 * @param options Groups, epsilon, activation and residual.
 * @returns The maps, and the statistics of each group.
 * @throws {TypeError} If a shape does not fit.
 * @throws {RangeError} If the batch is not divisible by the groups, or a group has a single value a channel, which has no variance.
 * @see Ioffe and Szegedy 2015, Batch Normalization, algorithm 1
 *
 * @example
 * ```ts
 * const { y, mean, variance } = batchNormTraining(x, scale, offset, { groups: 2, activation: 'relu' });
 * ```
 */
export function batchNormTraining(
  x: Tensor4D,
  scale: Tensor1D,
  offset: Tensor1D,
  { groups = 1, epsilon = 1e-5, activation = 'linear', residual }: BatchNormTrainingOptions = {},
): BatchNormTrainingResult {
  const action = 'normalise by the batch';
  assertShape(action, { x: [x, ['N', 'H', 'W', 'C']], scale: [scale, ['C']], offset: [offset, ['C']], ...(residual && { residual: [residual, x.shape] as const }) });
  const [batch, height, width] = x.shape;
  if (!(Number.isSafeInteger(groups) && groups > 0)) throw new RangeError(`Cannot ${action} as groups must be a positive integer: current value is ${groups}`);
  if (batch % groups !== 0) throw new RangeError(`Cannot ${action} as the batch must be divisible by ${groups} groups: current size is ${batch}`);
  if ((batch / groups) * height * width < 2) throw new RangeError(`Cannot ${action} as each group must have more than one value a channel: current shape is [${x.shape.join(', ')}] in ${groups} groups`);
  if (!(epsilon > 0 && epsilon < Infinity)) throw new RangeError(`Cannot ${action} as epsilon must be positive: current value is ${epsilon}`);

  registerBatchNormGradient();
  return tidy(() => {
    const inputs = { x, scale, offset, ...(residual && { residual }) };
    const attributes = { groups, epsilon, activation };
    const [y, mean, variance] = runFusedKernel('BatchNormTraining', inputs, { ...attributes, residual: residual !== undefined }) ?? composeBatchNorm(inputs, attributes);
    return { y: y as Tensor4D, mean: mean as Tensor2D, variance: variance as Tensor2D };
  });
}
