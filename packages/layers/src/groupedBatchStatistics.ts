import { mean as meanOf, mul, reshape, tidy, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
import { assertShape } from '@cxr-ifa/tensor';

/**
 * What a batch adds to the running statistics, from what `batchNormTraining` found in each group: the mean over the groups of the mean,
 * and of the unbiased variance, that is the biased one times count / (count - 1). With one group it is what PyTorch adds.
 *
 * @param mean Mean of each group, [groups, C].
 * @param variance Biased variance of each group, [groups, C].
 * @param count Values a channel in one group: images of the group times height times width.
 * @returns `mean` and `variance`, [C] each.
 * @throws {TypeError} If a shape does not fit.
 * @throws {RangeError} If the count is below two.
 *
 * @example
 * ```ts
 * const batch = groupedBatchStatistics(mean, variance, (batchSize / groups) * height * width);
 * ```
 */
export function groupedBatchStatistics(mean: Tensor2D, variance: Tensor2D, count: number): { mean: Tensor1D; variance: Tensor1D } {
  assertShape('take batch statistics', { mean: [mean, ['groups', 'C']], variance: [variance, ['groups', 'C']] });
  if (!(Number.isSafeInteger(count) && count > 1)) throw new RangeError(`Cannot take batch statistics as the count of values must be an integer above 1: current value is ${count}`);
  const overGroups = (values: Tensor2D): Tensor1D => (values.shape[0] === 1 ? reshape(values, [-1]) : meanOf(values, 0));
  return tidy(() => ({
    mean: overGroups(mean),
    variance: mul(overGroups(variance), count / (count - 1)),
  }));
}
