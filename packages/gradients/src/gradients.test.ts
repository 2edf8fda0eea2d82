import '@cxr-ifa/gradients';
import { counterNormal, expectClose, expectGradients } from '@cxr-ifa/testing';
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

  const maps = tf.tensor4d(Float32Array.from(counterNormal(1, 2 * 6 * 5 * 2)), [2, 6, 5, 2]);
  const full = tf.tensor4d(Float32Array.from(counterNormal(2, 3 * 3 * 2 * 3)), [3, 3, 2, 3]);
  const depthwise = tf.tensor4d(Float32Array.from(counterNormal(3, 3 * 3 * 2 * 2)), [3, 3, 2, 2]);
  type Convolution = (x: tf.Tensor, w: tf.Tensor) => tf.Tensor;
  const convolutions: [string, Convolution, tf.Tensor4D][] = [1, 2].flatMap((stride): [string, Convolution, tf.Tensor4D][] => [
    [`conv2d of stride ${stride}`, (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, 'same'), full],
    [`depthwiseConv2d of stride ${stride}`, (x, w) => tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, 'same'), depthwise],
  ]);

  // the square of a gradient depends on maps and filter through both, so that its own gradient takes every path of second order
  it.each(convolutions)('differentiates the gradients of %s', async (_name, convolve, filter) => {
    const cubic = (x: tf.Tensor, w: tf.Tensor): tf.Tensor => tf.mean(tf.mul(tf.square(convolve(x, w)), convolve(x, w)));
    for (const argument of [0, 1]) {
      const ofGradient = (x: tf.Tensor, w: tf.Tensor): tf.Scalar => tf.sum(tf.square(tf.grads(cubic)([x, w])[argument] as tf.Tensor));
      await expectGradients(ofGradient, [maps, filter], { step: 3e-2 });
    }
  });

  it('differentiates the transposed convolution and its gradients', async () => {
    const transposed = (x: tf.Tensor, w: tf.Tensor): tf.Tensor => tf.mean(tf.square(tf.conv2dTranspose(x as tf.Tensor4D, tf.transpose(w as tf.Tensor4D, [0, 1, 3, 2]), [2, 13, 11, 3], 2, 'valid')));
    await expectGradients((x, w) => tf.sum(tf.square(tf.grads(transposed)([x, w])[1] as tf.Tensor)), [maps, full], { step: 3e-2 });
  });
});
