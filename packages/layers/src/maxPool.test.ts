import { counterNormal, expectClose, expectGradients, expectNoLeak } from '@cxr-ifa/testing';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import golden from '../golden/layers.json' with { type: 'json' };
import { maxPool } from './maxPool.ts';

const x = tf.relu(tf.tensor4d(Float32Array.from(counterNormal(11, 60)), [1, 5, 6, 2]));

describe('maxPool', () => {
  it("equals PyTorch's behind a ReLU", async () => {
    const y = maxPool(x, { size: 3, stride: 2 });
    expect(y.shape).toEqual([1, 3, 3, 2]);
    await expectClose(y, golden.maxPool);
  });

  it('spreads a single peak over the windows that hold it', async () => {
    const peak = tf.tensor4d([0, 0, 0, 0, 7, 0, 0, 0, 0], [1, 3, 3, 1]);
    await expectClose(maxPool(peak, { size: 3, stride: 1 }), tf.fill([1, 3, 3, 1], 7));
  });

  it('grows with its input as its input does', async () => {
    await expectClose(maxPool(tf.mul(x, 3), { size: 3, stride: 2 }), tf.mul(maxPool(x, { size: 3, stride: 2 }), 3));
  });

  it('has the gradient of finite differences', async () => {
    const distinct = tf.tensor4d(Float32Array.from({ length: 60 }, (_, i) => 1 + ((i * 37) % 60) / 10), [1, 5, 6, 2]);
    await expectGradients((maps) => tf.sum(tf.square(maxPool(maps as tf.Tensor4D, { size: 3, stride: 2 }))), [distinct]);
  });

  it('leaves nothing behind', async () => {
    await expectNoLeak(() => maxPool(x, { size: 3, stride: 2 }));
  });

  it('refuses bad windows and shapes', () => {
    expect(() => maxPool(x, { size: 2, stride: 2 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot max-pool as the size must be a positive odd integer: current value is 2]`);
    expect(() => maxPool(x, { size: 3, stride: -1 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot max-pool as the stride must be a positive integer: current value is -1]`);
    expect(() => maxPool(tf.ones([2, 2]) as unknown as tf.Tensor4D, { size: 3, stride: 2 })).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot max-pool as x must have shape [N, H, W, C]: current shape is [2, 2]]`);
  });
});
