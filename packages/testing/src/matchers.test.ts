import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { counterNormal, counterUniform, expectClose, expectGradients, expectNoLeak } from './index.ts';

describe('expectClose', () => {
  it.each([
    ['a NaN and an infinity', [Number.NaN], [Number.POSITIVE_INFINITY]],
    ['two NaNs', [Number.NaN], [Number.NaN]],
    ['opposite infinities', [Number.POSITIVE_INFINITY], [Number.NEGATIVE_INFINITY]],
    ['a number and an infinity', [1], [Number.POSITIVE_INFINITY]],
    ['1e-4 and 2e-4', [1e-4], [2e-4]],
    ['other lengths', [1, 1], [1]],
    ['nothing', [], []],
  ])('refuses %s', async (_what, actual, expected) => {
    await expect(expectClose(actual, expected)).rejects.toThrow('expected');
  });

  it('accepts equal infinities, and what is within its tolerance', async () => {
    await expectClose([Number.POSITIVE_INFINITY, 1, 0], [Number.POSITIVE_INFINITY, 1 + 5e-6, -0]);
    await expectClose(tf.tensor2d([[1, 2]]), [[1, 2]]);
  });
});

it('expectNoLeak fails on a tensor left behind, and passes errors on', async () => {
  let left: tf.Tensor | undefined;
  await expect(expectNoLeak(() => void (left = tf.scalar(1)))).rejects.toThrow('tensors as before');
  left?.dispose();
  await expectNoLeak(() => new Map([['a', tf.scalar(1)]]));
  await expect(expectNoLeak(() => Promise.reject(new Error('inner')))).rejects.toThrow('inner');
});

it('expectGradients accepts a right gradient and refuses a wrong one', async () => {
  const wrongSquare = tf.customGrad(((x: tf.Tensor) => ({ value: tf.sum(tf.square(x)), gradFunc: (dy: tf.Tensor) => tf.mul(dy, tf.mul(x, 2.2)) })) as never);
  await expectGradients((x) => tf.sum(tf.square(x)), [tf.tensor1d([1, 2])]);
  await expect(expectGradients((x) => wrongSquare(x) as tf.Scalar, [tf.tensor1d([1, 2])])).rejects.toThrow('central difference');
});

it('counter numbers are those of tools/golden/counter.py', () => {
  expect(Array.from(counterUniform(3, 3))).toMatchInlineSnapshot(`
    [
      0.06120721367187798,
      0.387587767560035,
      0.621184746734798,
    ]
  `);
  expect(Array.from(counterNormal(0, 2))).toMatchInlineSnapshot(`
    [
      -0.024918274488300085,
      -1.809720485471189,
    ]
  `);
});
