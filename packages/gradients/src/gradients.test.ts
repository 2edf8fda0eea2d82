import '@cxr-ifa/gradients';
import { expectClose } from '@cxr-ifa/testing';
import * as tf from '@tensorflow/tfjs-core';
import { describe, it } from 'vitest';

describe('gradients', () => {
  it('differentiates through core operations', async () => {
    const gradient = tf.grad((x: tf.Tensor) => tf.sum(tf.square(tf.relu(x))));
    await expectClose(gradient(tf.tensor1d([-1, 2, 3])), [0, 4, 6]);
  });

  it('passes a comparison inside a tape with gradient zero', async () => {
    const gradient = tf.grad((x: tf.Tensor) => tf.sum(tf.where(tf.greater(x, tf.scalar(0)), tf.mul(x, 3), tf.mul(x, 0.5))));
    await expectClose(gradient(tf.tensor1d([-1, 2])), [0.5, 3]);
  });

  it('gives leaky relu its second order', async () => {
    const x = tf.tensor1d([-1, 2]);
    const second = tf.grad((v: tf.Tensor) => tf.sum(tf.square(tf.grad((u: tf.Tensor) => tf.sum(tf.square(tf.leakyRelu(u, 0.1))))(v))));
    await expectClose(second(x), [2 * -0.02 * 0.02, 2 * 4 * 2]);
  });
});
