import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareBackends, normalTensor } from './compareBackends.ts';

/** What moves numbers without computing: padding, slices, concatenation, transposition. */
export function describeCopyConformance(backend: string): void {
  describe('copies', () => {
    it('pad, with its gradient', async () => {
      const paddings: [number, number][] = [[0, 0], [1, 2], [3, 0], [0, 1]];
      await compareBackends(backend, () => [
        tf.pad(normalTensor(1, [2, 3, 4, 5]), paddings),
        tf.pad(normalTensor(1, [2, 3, 4, 5]), paddings, -1.5),
        tf.pad(normalTensor(1, [4]), [[2, 3]]),
        tf.pad(tf.tensor1d([1, 2], 'int32'), [[1, 1]]),
        tf.grad((x) => tf.sum(tf.mul(tf.pad(x, paddings), normalTensor(2, [2, 6, 7, 6]))))(normalTensor(1, [2, 3, 4, 5])),
      ]);
    });

    it('slice', async () => {
      await compareBackends(backend, () => {
        const x = normalTensor(1, [4, 5, 6]);
        return [tf.slice(x, [1], [2]), tf.slice(x, [0, 2, 1], [4, 2, 3]), tf.slice(x, [3, 4, 5], [1, 1, 1]), tf.slice(x, [1, 0, 2], [2, -1, -1]), tf.slice(x, [0, 0, 0], [0, 5, 6])];
      });
      const axis = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.double({ min: 0, max: 0.99, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }));
      await fc.assert(
        fc.asyncProperty(fc.array(axis, { minLength: 1, maxLength: 4 }), (axes) => {
          const begin = axes.map(([size, from]) => Math.floor(size * from));
          const size = axes.map(([length, , part], index) => Math.ceil((length - (begin[index] as number)) * part));
          return compareBackends(backend, () => tf.slice(normalTensor(1, axes.map(([length]) => length)), begin, size));
        }),
        { seed: 4, numRuns: 30 },
      );
    });

    it('concat, split, stack', async () => {
      await compareBackends(backend, () => {
        const [a, b, c] = [normalTensor(1, [2, 3, 4]), normalTensor(2, [2, 1, 4]), normalTensor(3, [2, 2, 4])];
        return [tf.concat([a, b, c], 1), tf.concat([a, a], 0), tf.concat([a, a, a], -1), ...tf.split(a, [1, 3], 2), tf.stack([b, b]), tf.concat([tf.tensor1d([1], 'int32'), tf.tensor1d([2, 3], 'int32')])];
      });
    });

    it('split on every axis, into parts of nothing too, and the gradient of concat', async () => {
      await compareBackends(backend, () => {
        const [a, b, c] = [normalTensor(1, [2, 6, 4]), normalTensor(2, [2, 1, 4]), normalTensor(3, [2, 9, 4])];
        const weights = normalTensor(4, [2, 9, 4]);
        return [
          ...[0, 1, 2].flatMap((axis) => tf.split(a, 2, axis)),
          ...tf.split(a, [1, 2, 3], 1),
          ...tf.split(a, [4, -1], -2),
          ...tf.split(a, [0, 6], 1),
          ...tf.split(tf.cast(a, 'int32'), [2, 4], 1),
          ...tf.grads((x, y) => tf.sum(tf.mul(tf.mul(tf.concat([x, y, tf.slice(x, [0, 0, 0], [2, 2, 4])], 1), weights), c)))([a, b]),
        ];
      });
    });

    it('gather, and what it refuses', async () => {
      const indices = (values: number[], shape?: number[]): tf.Tensor => tf.tensor(values, shape ?? [values.length], 'int32');
      await compareBackends(backend, () => {
        const x = normalTensor(1, [5, 4, 3]);
        return [tf.gather(x, indices([4, 0, 0, 2])), tf.gather(x, indices([3, 1]), 1), tf.gather(x, indices([2, 1, 0, 0], [2, 2]), 2), tf.gather(x, indices([])), tf.gather(tf.cast(x, 'int32'), indices([1]))];
      });
      await tf.setBackend(backend);
      expect(() => tf.tidy(() => tf.gather(normalTensor(1, [5, 4]), indices([5])))).toThrow('the index value 5 is not in [0, 4]');
      await tf.setBackend('cpu');
    });

    it('transpose: tiles and their edges, ranks, permutations that move nothing', async () => {
      const cases: readonly [number[], number[]][] = [
        [[16, 32], [1, 0]],
        [[33, 50], [1, 0]],
        [[2, 19, 17, 3], [0, 3, 1, 2]],
        [[2, 3, 40, 21], [0, 2, 3, 1]],
        [[2, 5, 7, 20], [0, 2, 1, 3]],
        [[3, 4, 5, 6, 2], [4, 0, 2, 1, 3]],
        [[2, 3, 4, 3, 2, 2], [5, 3, 1, 0, 4, 2]],
        [[4, 1, 5, 1], [1, 0, 3, 2]],
        [[70, 90, 8], [1, 2, 0]],
        [[0, 3, 2], [2, 1, 0]],
        [[7], [0]],
      ];
      for (const [shape, permutation] of cases) await compareBackends(backend, () => tf.transpose(normalTensor(1, shape), permutation));
      await compareBackends(backend, () => tf.grad((x) => tf.sum(tf.mul(tf.transpose(x, [2, 0, 1]), normalTensor(2, [5, 3, 4]))))(normalTensor(1, [3, 4, 5])));
    });

    it('transpose: random shapes and permutations', async () => {
      const axes = fc.array(fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer()), { minLength: 1, maxLength: 4 });
      await fc.assert(
        fc.asyncProperty(axes, (dimensions) => {
          const permutation = dimensions.map((_, axis) => axis).sort((a, b) => (dimensions[a]?.[1] as number) - (dimensions[b]?.[1] as number));
          return compareBackends(backend, () => tf.transpose(normalTensor(1, dimensions.map(([size]) => size)), permutation));
        }),
        { seed: 9, numRuns: 40 },
      );
    });

    it('transpose, tile, reverse, reshape, cast', async () => {
      await compareBackends(backend, () => {
        const x = normalTensor(1, [3, 4, 5]);
        return [tf.transpose(x), tf.transpose(x, [1, 0, 2]), tf.tile(x, [1, 2, 1]), tf.reverse(x, 1), tf.reshape(x, [5, -1]), tf.cast(x, 'int32'), tf.cast(tf.tensor1d([1, 0], 'bool'), 'float32')];
      });
    });
  });
}
