import { expectClose, expectNoLeak } from '@cxr-ifa/testing';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { averageStatistics } from './averageStatistics.ts';
import { groupedBatchStatistics } from './groupedBatchStatistics.ts';

// batchNormTraining.test.ts holds both against PyTorch's running statistics.
describe('groupedBatchStatistics', () => {
  const [mean, variance] = [tf.tensor2d([[1, 2], [3, 6]]), tf.tensor2d([[1, 4], [3, 0]])];

  it('is the mean over groups, with the unbiased variance', async () => {
    const batch = groupedBatchStatistics(mean, variance, 5);
    await expectClose(batch.mean, [2, 4]);
    await expectClose(batch.variance, [2 * (5 / 4), 2 * (5 / 4)]);
  });

  it('leaves nothing behind, and refuses what has no variance', async () => {
    await expectNoLeak(() => groupedBatchStatistics(mean, variance, 5));
    expect(() => groupedBatchStatistics(mean, variance, 1)).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot take batch statistics as the count of values must be an integer above 1: current value is 1]`);
    expect(() => groupedBatchStatistics(mean, tf.ones([2, 3]), 5)).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot take batch statistics as variance must have shape [groups=2, C=2]: current shape is [2, 3]]`);
  });
});

describe('averageStatistics', () => {
  const old = new Map([['bn1.running_mean', tf.tensor1d([1, 2])], ['bn1.running_var', tf.tensor1d([4])]]);
  const batch = new Map([['bn1.running_mean', tf.tensor1d([3, 0])]]);

  it("follows PyTorch's rule and keeps what the batch lacks", async () => {
    const next = averageStatistics(old, batch);
    expect([...next.keys()]).toEqual([...old.keys()]);
    await expectClose(next.get('bn1.running_mean') as tf.Tensor, [1.2, 1.8]);
    await expectClose(next.get('bn1.running_var') as tf.Tensor, [4]);
    await expectClose(averageStatistics(old, batch, 1).get('bn1.running_mean') as tf.Tensor, [3, 0]);
  });

  it('gives away tensors of its own', async () => {
    const next = averageStatistics(old, batch, 0);
    next.forEach((tensor) => tensor.dispose());
    await expectClose(old.get('bn1.running_var') as tf.Tensor, [4]);
  });

  it('leaves nothing behind, and refuses bad momenta and unknown names', async () => {
    await expectNoLeak(() => averageStatistics(old, batch));
    expect(() => averageStatistics(old, batch, 1.5)).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot average statistics as the momentum must be from 0 to 1: current value is 1.5]`);
    expect(() => averageStatistics(batch, old)).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot average statistics as every name must be among the old ones: bn1.running_var is not]`);
  });
});
