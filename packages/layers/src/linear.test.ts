import { counterNormal, expectClose, expectGradients, expectNoLeak } from '@cxr-ifa/testing';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import golden from '../golden/layers.json' with { type: 'json' };
import { globalAveragePool } from './globalAveragePool.ts';
import { linear } from './linear.ts';

const x = tf.tensor2d(Float32Array.from(counterNormal(13, 12)), [3, 4]);
const weight = tf.tensor2d(Float32Array.from(counterNormal(14, 8)), [2, 4]);
const bias = tf.tensor1d(Float32Array.from(counterNormal(15, 2)));

describe('linear', () => {
  it('equals PyTorch', async () => {
    await expectClose(linear(x, weight, bias), golden.linear);
  });

  it('picks an input by a row of the identity, and goes without a bias', async () => {
    await expectClose(linear(x, tf.slice(tf.eye(4), [2, 0], [1, 4])), tf.slice(x, [0, 2], [3, 1]));
  });

  it('is linear', async () => {
    await expectClose(linear(tf.mul(x, -2), weight), tf.mul(linear(x, weight), -2));
  });

  it('has the gradient of finite differences', async () => {
    await expectGradients((...inputs) => tf.sum(tf.square(linear(...(inputs as [tf.Tensor2D, tf.Tensor2D, tf.Tensor1D])))), [x, weight, bias]);
  });

  it('leaves nothing behind', async () => {
    await expectNoLeak(() => linear(x, weight, bias));
  });

  it('refuses shapes that do not fit', () => {
    expect(() => linear(x, tf.ones([2, 3]))).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot apply a linear layer as weight must have shape [O=2, I=4]: current shape is [2, 3]]`);
    expect(() => linear(x, weight, tf.ones([3]))).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot apply a linear layer as bias must have shape [O=2]: current shape is [3]]`);
  });
});

describe('globalAveragePool', () => {
  const maps = tf.tensor4d(Float32Array.from(counterNormal(16, 2 * 3 * 2 * 2)), [2, 3, 2, 2]);

  it('is the mean over positions', async () => {
    await expectClose(globalAveragePool(tf.tensor4d([1, 10, 2, 20, 3, 30, 6, 60], [1, 2, 2, 2])), [3, 30]);
    await expectClose(globalAveragePool(tf.reverse(maps, [1, 2])), globalAveragePool(maps));
  });

  it('has the gradient of finite differences and leaves nothing behind', async () => {
    await expectGradients((x4) => tf.sum(tf.square(globalAveragePool(x4 as tf.Tensor4D))), [maps]);
    await expectNoLeak(() => globalAveragePool(maps));
  });

  it('refuses what is no map', () => {
    expect(() => globalAveragePool(x as unknown as tf.Tensor4D)).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot average over positions as x must have shape [N, H, W, C]: current shape is [3, 4]]`);
  });
});
