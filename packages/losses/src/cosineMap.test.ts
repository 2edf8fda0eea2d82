import { counterNormal, expectClose, expectGradients, expectNoLeak } from '@cxr-ifa/testing';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { cosineMap } from './cosineMap.ts';

const shape: [number, number, number, number] = [2, 2, 3, 5];
const [a, b] = [1, 2].map((stream) => tf.tensor4d(Float32Array.from(counterNormal(stream, 60)), shape)) as [tf.Tensor4D, tf.Tensor4D];

describe('cosineMap', () => {
  it('is 1 for one direction, 0 for a right angle, -1 for opposites, 0 for dead vectors', async () => {
    const left = tf.tensor4d([1, 2, 1, 0, 3, -1, 0, 0, 1e-7, 0], [1, 1, 5, 2]);
    const right = tf.tensor4d([2, 4, 0, 9, -3, 1, 1, 1, 1, 0], [1, 1, 5, 2]);
    const cosine = cosineMap(left, right);
    expect(cosine.shape).toEqual([1, 1, 5]);
    await expectClose(cosine, [1, 0, -1, 0, 0]);
    const [ofLeft, ofRight] = tf.grads((x, y) => tf.sum(cosineMap(x as tf.Tensor4D, y as tf.Tensor4D)))([left, right]) as [tf.Tensor, tf.Tensor];
    await expectClose(tf.slice(ofLeft, [0, 0, 3, 0]), [0, 0, 0, 0]);
    await expectClose(tf.slice(ofRight, [0, 0, 3, 0]), [0, 0, 0, 0]);
  });

  it('agrees with finite differences in both maps', () =>
    expectGradients((x, y) => tf.sum(tf.mul(cosineMap(x as tf.Tensor4D, y as tf.Tensor4D), tf.tensor1d([1, -2, 0.5]))), [a, b]));

  it('has the gradient of plain operations', async () => {
    const plain = (x: tf.Tensor, y: tf.Tensor): tf.Scalar => tf.sum(tf.square(tf.div(tf.sum(tf.mul(x, y), -1), tf.mul(tf.norm(x, 2, -1), tf.norm(y, 2, -1)))));
    const expected = tf.grads(plain)([a, b]);
    const found = tf.grads((x, y) => tf.sum(tf.square(cosineMap(x as tf.Tensor4D, y as tf.Tensor4D))))([a, b]);
    for (const [index, gradient] of found.entries()) await expectClose(gradient, expected[index] as tf.Tensor, { absolute: 1e-6 });
  });

  it('is symmetric and does not depend on lengths', async () => {
    const cosine = await cosineMap(a, b).data();
    await expectClose(cosineMap(b, a), cosine);
    await expectClose(cosineMap(tf.mul(a, 100), tf.mul(b, 0.01)), cosine);
    await expectClose(cosineMap(tf.neg(a), b), cosine.map((value) => -value));
  });

  it('leaves nothing behind: alone, in a tape, and on its error path', async () => {
    await expectNoLeak(() => cosineMap(a, b));
    await expectNoLeak(() => tf.grads((x, y) => tf.sum(cosineMap(x as tf.Tensor4D, y as tf.Tensor4D)))([a, b]));
    const other = tf.slice(b, [0, 0, 0, 0], [2, 2, 3, 4]);
    await expectNoLeak(() => {
      expect(() => cosineMap(a, other)).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot compare feature maps as b must have shape [N=2, H=2, W=3, C=5]: current shape is [2, 2, 3, 4]]`);
    });
  });
});
