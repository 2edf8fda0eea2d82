import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { compareBackends, normalTensor } from './compareBackends.ts';
import { expectClose } from './expectClose.ts';

type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;
type Unary = (x: tf.Tensor) => tf.Tensor;

const BINARY: Readonly<Record<string, Binary>> = { add: tf.add, sub: tf.sub, mul: tf.mul, div: tf.div, maximum: tf.maximum, minimum: tf.minimum, squaredDifference: tf.squaredDifference };
const UNARY: Readonly<Record<string, Unary>> = {
  relu: tf.relu,
  relu6: tf.relu6,
  leakyRelu: (x) => tf.leakyRelu(x, 0.1),
  step: (x) => tf.step(x, 0.25),
  abs: tf.abs,
  neg: tf.neg,
  sign: tf.sign,
  square: tf.square,
  exp: tf.exp,
  sigmoid: tf.sigmoid,
  sqrt: (x) => tf.sqrt(tf.abs(x)),
  rsqrt: (x) => tf.rsqrt(tf.add(tf.abs(x), 0.1)),
  reciprocal: (x) => tf.reciprocal(tf.add(tf.abs(x), 0.1)),
  log: (x) => tf.log(tf.abs(x)),
  tanh: tf.tanh,
  softplus: tf.softplus,
  elu: tf.elu,
  clipByValue: (x) => tf.clipByValue(x, -0.5, 0.75),
};
const SHAPES: readonly (readonly [number[], number[]])[] = [
  [[], []],
  [[7], []],
  [[], [3, 5]],
  [[2, 3, 4], [4]],
  [[2, 3, 4], [3, 1]],
  [[4, 1, 5], [1, 6, 1]],
  [[2, 1, 3, 1], [5, 1, 7]],
  [[2, 1, 3, 1, 2], [1, 2, 1, 3, 1]],
  [[1, 1, 9], [1]],
  [[0, 4], [4]],
  [[40_000], [40_000]],
  [[300, 130], [130]],
];
/** What arithmetic stumbles over. */
const EDGES = [0, -0, 1, -1, Infinity, -Infinity, NaN, 1e-30, -1e-30, 1e30, -1e30, 88, -87, 100, -110, 0.5, 6];

/** Element-wise functions: values at the edges of float32, broadcasting, gradients. */
export function describeElementwiseConformance(backend: string): void {
  describe('element-wise functions', () => {
    for (const [name, f] of Object.entries(UNARY)) {
      it(`${name}, with its gradient`, async () => {
        await compareBackends(backend, () => {
          const x = normalTensor(1, [5, 13]);
          return [f(x), tf.grad((v) => tf.sum(tf.mul(f(v), normalTensor(2, [5, 13]))))(x), f(tf.tensor1d([])), f(normalTensor(3, [40_001]))];
        });
        await compareBackends(backend, () => f(tf.tensor1d(EDGES)));
      });
    }
    for (const [name, f] of Object.entries(BINARY)) {
      it(`${name}, broadcast, with its gradients`, async () => {
        for (const [a, b] of SHAPES) await compareBackends(backend, () => f(normalTensor(1, a), normalTensor(2, b)));
        await compareBackends(backend, () => {
          const broadcasts = ['add', 'sub', 'mul', 'div'].includes(name); // tfjs's other gradients do not
          const [a, b] = broadcasts ? [normalTensor(1, [3, 1, 5]), normalTensor(2, [4, 1])] : [normalTensor(1, [3, 4, 5]), normalTensor(2, [3, 4, 5])];
          return tf.grads((x, y) => tf.sum(tf.mul(f(x, y), normalTensor(3, [3, 4, 5]))))([a, b]);
        });
        await compareBackends(backend, () => f(tf.reshape(tf.tensor1d(EDGES), [-1, 1]), tf.tensor1d(EDGES)));
        await compareBackends(backend, () => f(tf.tensor1d([1, 2, 3], 'int32'), tf.tensor1d([4, 2, 7], 'int32')));
      });
    }
    // In relative terms: the tolerance above is that of the largest number
    it('tanh, softplus and elu keep their digits near 0 and far from it', async () => {
      const magnitudes = [1e-20, 1e-7, 1e-4, 0.01, 0.1, 0.3, 0.339, 0.341, 0.6, 0.624, 0.626, 1, 2, 5, 9, 13, 14, 20, 80];
      const x = magnitudes.flatMap((value) => [value, -value]);
      const exact: Readonly<Record<string, [Unary, (value: number) => number]>> = {
        tanh: [tf.tanh, Math.tanh],
        softplus: [tf.softplus, (value) => Math.max(value, 0) + Math.log1p(Math.exp(-Math.abs(value)))],
        elu: [tf.elu, (value) => (value >= 0 ? value : Math.expm1(value))],
      };
      await tf.setBackend(backend);
      try {
        for (const [f, reference] of Object.values(exact)) {
          const found = tf.tidy(() => f(tf.tensor1d(x)));
          await expectClose(found, x.map((value) => reference(Math.fround(value))), { relative: 5e-7, absolute: 1e-37 });
          found.dispose();
        }
      } finally {
        await tf.setBackend('cpu');
      }
    });

    it('prelu with its gradients, addN, where', async () => {
      await compareBackends(backend, () => {
        const [x, alpha, condition] = [normalTensor(1, [3, 4, 5]), normalTensor(2, [5]), tf.greater(normalTensor(3, [3, 4, 5]), 0)];
        return [
          tf.prelu(x, alpha),
          tf.prelu(tf.tensor1d(EDGES), tf.tensor1d([0.5])),
          ...tf.grads((a, b) => tf.sum(tf.mul(tf.prelu(a, b), normalTensor(4, [3, 4, 5]))))([x, normalTensor(5, [3, 4, 5])]),
          tf.addN([x, normalTensor(6, [3, 4, 5]), normalTensor(7, [3, 4, 5]), x]),
          tf.addN([x]),
          tf.addN([tf.tensor1d([1], 'int32'), tf.tensor1d([2], 'int32')]),
          tf.where(condition, x, normalTensor(4, [3, 4, 5])),
          tf.where(condition, x, tf.scalar(NaN)),
        ];
      });
    });

    it('broadcasts random shapes', async () => {
      const pair = fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.constantFrom('both', 'a', 'b')), { minLength: 1, maxLength: 5 });
      await fc.assert(
        fc.asyncProperty(pair, (dimensions) => {
          const a = dimensions.map(([size, who]) => (who === 'b' ? 1 : size));
          const b = dimensions.map(([size, who]) => (who === 'a' ? 1 : size));
          return compareBackends(backend, () => tf.sub(normalTensor(1, a), normalTensor(2, b)));
        }),
        { seed: 3, numRuns: 30 },
      );
    });
  });
}
