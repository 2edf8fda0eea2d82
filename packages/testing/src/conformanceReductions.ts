import * as tf from '@tensorflow/tfjs-core';
import { describe, it } from 'vitest';
import { compareBackends, normalTensor } from './compareBackends.ts';

const REDUCTIONS: readonly (readonly [shape: number[], axes: number | number[] | undefined])[] = [
  [[7], undefined],
  [[3, 5, 4], undefined],
  [[3, 5, 4], -1],
  [[3, 5, 4], 0],
  [[3, 5, 4], 1],
  [[2, 6, 5, 9], [1, 2]],
  [[2, 6, 5, 9], [0, 1, 2]],
  [[2, 6, 5, 9], [0, 3]],
  [[2, 6, 1, 9], [1, 3]],
  [[1, 1], 0],
  [[513, 30], 0],
  [[30, 2513], 1],
  [[70_000], 0],
  [[2, 4096, 12], 1],
  [[3, 5], []],
];

/** Sums, means, maxima, minima, softmax: which dimensions, how long, kept or not, with gradients. */
export function describeReductionConformance(backend: string): void {
  describe('reductions', () => {
    for (const [name, f] of Object.entries({ sum: tf.sum, mean: tf.mean, max: tf.max, min: tf.min })) {
      it(name, async () => {
        for (const [shape, axes] of REDUCTIONS) {
          await compareBackends(backend, () => [f(normalTensor(1, shape), axes), f(normalTensor(1, shape), axes, true)]);
        }
        await compareBackends(backend, () => tf.grad((x) => tf.sum(tf.mul(f(x, [1, 2]), normalTensor(2, [2, 7]))))(normalTensor(1, [2, 4, 3, 7])));
        await compareBackends(backend, () => f(tf.tensor1d([1, NaN, 3])));
      });
    }

    it('sums of integers and of nothing', async () => {
      await compareBackends(backend, () => [tf.sum(tf.tensor2d([1, 2, 3, 4], [2, 2], 'int32'), 0), tf.sum(tf.tensor1d([1, 0, 1], 'bool')), tf.sum(normalTensor(1, [0, 3]), 0)]);
    });

    it('a long sum of one sign keeps its digits', async () => {
      await compareBackends(backend, () => tf.sum(tf.fill([1_000_000], 0.1)), { relative: 1e-5, absolute: 0 });
    });

    it('softmax and its logarithm, with gradients', async () => {
      for (const shape of [[3, 7], [2, 3, 4], [5, 1], [2, 1000], [1, 5000]]) {
        await compareBackends(backend, () => {
          const x = tf.mul(normalTensor(1, shape), 3);
          const weight = normalTensor(2, shape);
          return [tf.softmax(x), tf.logSoftmax(x), tf.grad((v) => tf.sum(tf.mul(tf.softmax(v), weight)))(x), tf.grad((v) => tf.sum(tf.mul(tf.logSoftmax(v), weight)))(x)];
        });
      }
      await compareBackends(backend, () => [tf.softmax(tf.tensor2d([[1e30, 1e30], [-1e30, 0]])), tf.logSoftmax(tf.tensor2d([[500, -500], [0, 1]]))]);
    });
  });
}
