import { counterNormal, expectClose, expectNoLeak } from '@cxr-ifa/testing';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { leakyRelu } from './leakyRelu.ts';
import { blur, downsample, upsample } from './resample.ts';

const x = tf.tensor4d(Float32Array.from(counterNormal(1, 2 * 6 * 4 * 3)), [2, 6, 4, 3]);
const inside = (map: tf.Tensor4D): tf.Tensor4D => tf.slice(map, [0, 2, 2, 0], [-1, map.shape[1] - 4, map.shape[2] - 4, -1]);

describe('resampling', () => {
  it('keeps a constant away from the borders', async () => {
    const ones = tf.ones<tf.Rank.R4>([1, 12, 12, 2]);
    for (const map of [blur(ones, { padding: 1 }), upsample(ones), downsample(tf.ones([1, 24, 24, 2]))]) await expectClose(inside(map), tf.onesLike(inside(map)));
    await expectClose(tf.max(blur(ones, { padding: 2, gain: 4 })), 4);
  });

  it('is adjoint: the product of a doubled map with another is four times that of the map with the halved other', async () => {
    const other = tf.tensor4d(Float32Array.from(counterNormal(2, 2 * 12 * 8 * 3)), [2, 12, 8, 3]);
    await expectClose(tf.sum(tf.mul(upsample(x), other)), tf.mul(4, tf.sum(tf.mul(x, downsample(other)))), { relative: 1e-4 });
  });

  it('halves an edge as the filter of 1, 3, 3, 1 does', async () => {
    const edge = tf.tensor4d([0, 0, 0, 8, 8, 8].flatMap((value) => [value, value, value, value]), [1, 6, 4, 1]);
    await expectClose(tf.slice(downsample(edge), [0, 1, 0, 0], [1, 1, 1, 1]), ((3 * 8 + 8) / 8) * (7 / 8)); // zeros beyond the left border take an eighth
  });

  it('leaves nothing behind', async () => {
    await expectNoLeak(() => [blur(x, { padding: 1 }), upsample(x), downsample(x)]);
  });
});

describe('leakyRelu', () => {
  it('has slopes of 1 and 0.2, at second order too', async () => {
    const at = tf.tensor1d([-2, 3]);
    await expectClose(leakyRelu(at), [-0.4, 3]);
    await expectClose(tf.grad((v: tf.Tensor) => tf.sum(leakyRelu(v)))(at), [0.2, 1]);
    const ofSquare = tf.grad((u: tf.Tensor) => tf.sum(tf.square(leakyRelu(u)))); // 2 slope^2 u
    await expectClose(tf.grad((v: tf.Tensor) => tf.sum(ofSquare(v)))(at), [2 * 0.04, 2]);
    await expectNoLeak(() => leakyRelu(at));
    expect(leakyRelu(at).shape).toEqual([2]);
  });
});
