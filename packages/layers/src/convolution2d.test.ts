import { counterNormal, expectClose, expectGradients, expectNoLeak } from '@cxr-ifa/testing';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import golden from '../golden/layers.json' with { type: 'json' };
import { convolution2d } from './convolution2d.ts';

const make = (stream: number, shape: [number, number, number, number]): tf.Tensor4D => tf.tensor4d(Float32Array.from(counterNormal(stream, shape.reduce((a, b) => a * b, 1))), shape);
const x = make(11, [1, 5, 6, 2]);

describe('convolution2d', () => {
  it.each(golden.convolution)('equals PyTorch with size $size, stride $stride', async ({ size, stride, shape, y: wanted }) => {
    const y = convolution2d(x, make(12, [size, size, 2, 2]), { stride });
    expect(y.shape).toEqual(shape);
    await expectClose(y, wanted, { absolute: 1e-5 });
  });

  it('copies its input by a filter of one, and drops every other pixel with stride 2', async () => {
    const filter = tf.reshape(tf.eye(2), [1, 1, 2, 2]) as tf.Tensor4D;
    await expectClose(convolution2d(x, filter), x);
    await expectClose(convolution2d(x, filter, { stride: 2 }), tf.stridedSlice(x, [0, 0, 0, 0], [1, 5, 6, 2], [1, 2, 2, 1]));
  });

  it('strides as every other pixel of the convolution without stride', async () => {
    const filter = make(12, [3, 3, 2, 2]);
    await expectClose(convolution2d(x, filter, { stride: 2 }), tf.stridedSlice(convolution2d(x, filter), [0, 0, 0, 0], [1, 5, 6, 2], [1, 2, 2, 1]), { absolute: 1e-5 });
  });

  it.each([1, 2])('has the gradient of finite differences with stride %d', async (stride) => {
    const f = (maps: tf.Tensor, filter: tf.Tensor): tf.Scalar => tf.sum(tf.square(convolution2d(maps as tf.Tensor4D, filter as tf.Tensor4D, { stride })));
    await expectGradients(f, [x, make(12, [3, 3, 2, 2])]);
  });

  it('adds the bias everywhere, with its gradient', async () => {
    const [filter, bias] = [make(12, [3, 3, 2, 2]), tf.tensor1d([0.5, -2])];
    await expectClose(tf.sub(convolution2d(x, filter, { stride: 2, bias }), convolution2d(x, filter, { stride: 2 })), tf.tile(tf.reshape(bias, [1, 1, 1, 2]), [1, 3, 3, 1]));
    await expectGradients((offset) => tf.sum(tf.square(convolution2d(x, filter, { bias: offset as tf.Tensor1D }))), [bias]);
    expect(() => convolution2d(x, filter, { bias: tf.zeros([3]) })).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot convolve as bias must have shape [O=2]: current shape is [3]]`);
  });

  it('leaves nothing behind', async () => {
    const [filter, bias] = [make(12, [3, 3, 2, 2]), tf.zeros([2]) as tf.Tensor1D];
    for (const stride of [1, 2]) await expectNoLeak(() => convolution2d(x, filter, { stride, bias }));
  });

  it('refuses even filters, bad strides and shapes', () => {
    expect(() => convolution2d(x, tf.ones([2, 3, 2, 2]))).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot convolve as the filter's height and width must be odd: current size is 2 x 3]`);
    expect(() => convolution2d(x, tf.ones([3, 3, 2, 2]), { stride: 0 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot convolve as the stride must be a positive integer: current value is 0]`);
    expect(() => convolution2d(x, tf.ones([3, 3, 3, 2]))).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot convolve as filter must have shape [kh=3, kw=3, I=2, O]: current shape is [3, 3, 3, 2]]`);
  });
});
