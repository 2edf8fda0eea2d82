import { counterNormal, expectClose, expectGradients, expectNoLeak } from '@cxr-ifa/testing';
import { valueAndGradients } from '@cxr-ifa/tensor';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import golden from '../golden/losses.json' with { type: 'json' };
import { vicReg, type VicRegOptions } from './vicReg.ts';

/** A query and a key that leans towards it, as tools/golden/losses.py makes them. */
function inputs({ streams, n, d }: { streams: number[]; n: number; d: number }): [tf.Tensor2D, tf.Tensor2D] {
  const normal = (stream: number): tf.Tensor2D => tf.tensor2d(Float32Array.from(counterNormal(stream, n * d)), [n, d]);
  const query = normal(streams[0]!);
  return [query, tf.add(normal(streams[1]!), tf.mul(query, 0.7))];
}

const [query, key] = inputs(golden.vicReg[0]!);
/** Columns without correlation, each of variance 4. */
const orthogonal = tf.tensor2d([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]].map((row) => row.map((value) => value * Math.sqrt(3))));

describe('vicReg', () => {
  it.each(golden.vicReg)('equals PyTorch: $name', async (testCase) => {
    const [q, k] = inputs(testCase);
    const measures = vicReg(q, k, testCase.options);
    for (const measure of ['loss', 'invariance', 'variance', 'covariance', 'similarity'] as const) await expectClose(measures[measure], testCase[measure]);
    await expectClose(tf.grad((x) => vicReg(x as tf.Tensor2D, k, testCase.options).loss)(q), testCase.gradient, { absolute: 1e-5 });
    const [ofQuery, ofKey] = tf.grads((x, y) => vicReg(x as tf.Tensor2D, y as tf.Tensor2D, { ...testCase.options, constantKey: false }).loss)([q, k]) as [tf.Tensor, tf.Tensor];
    await expectClose(ofQuery, testCase.gradient, { absolute: 1e-5 });
    await expectClose(ofKey, testCase.keyGradient, { absolute: 1e-5 });
  });

  it('is 0 where query and key are equal, vary enough, and have independent columns', async () => {
    const { loss, similarity } = vicReg(orthogonal, orthogonal);
    await expectClose(loss, 0);
    await expectClose(similarity, 1);
  });

  it('sees collapse: the variance term is gamma less the square root of epsilon, all else 0', async () => {
    const constant = tf.fill([4, 3], 2) as tf.Tensor2D;
    const { invariance, variance, covariance } = vicReg(constant, constant, { deviation: 1.5 });
    await expectClose(variance, 1.5 - 0.01);
    await expectClose(invariance, 0);
    await expectClose(covariance, 0);
  });

  it('counts the covariance of repeated columns: (D - 1) var^2 a side', async () => {
    const repeated = tf.tile(tf.tensor2d([[1], [-1]]), [1, 3]) as tf.Tensor2D; // var 2
    await expectClose(vicReg(repeated, repeated).covariance, 2 * 2 * 4);
  });

  it('agrees with finite differences on both sides', () =>
    expectGradients((q, k) => vicReg(q as tf.Tensor2D, k as tf.Tensor2D, { invariance: 1, variance: 2, deviation: 2, constantKey: false }).loss, [query, key]));

  it('does not depend on the order of pairs or columns, nor on which side is which; only its invariance on a common shift of one side', async () => {
    const value = await vicReg(query, key).loss.data();
    await expectClose(vicReg(tf.reverse(query, [0, 1]), tf.reverse(key, [0, 1])).loss, value);
    await expectClose(vicReg(key, query).loss, value);
    await expectClose(vicReg(tf.add(query, 7), tf.add(key, 7)).loss, value, { relative: 1e-4 });
    const unpaired = { invariance: 0 };
    await expectClose(vicReg(tf.add(query, 7), key, unpaired).loss, await vicReg(query, key, unpaired).loss.data(), { relative: 1e-4 });
  });

  it('sends no gradient to the key unless asked to', async () => {
    const [ofQuery, ofKey] = tf.grads((x, y) => tf.add(vicReg(x as tf.Tensor2D, y as tf.Tensor2D).loss, tf.mul(0, tf.sum(y))))([query, key]) as [tf.Tensor, tf.Tensor];
    expect(Math.max(...(await tf.abs(ofQuery).data()))).toBeGreaterThan(0.01);
    await expectClose(ofKey, new Float32Array(30));
  });

  it('leaves nothing behind: alone, in a tape, and on its error path', async () => {
    await expectNoLeak(() => vicReg(query, key));
    await expectNoLeak(() => {
      const parameter = tf.tidy(() => tf.variable(query));
      const result = valueAndGradients(() => {
        const { loss, ...auxiliary } = vicReg(parameter as unknown as tf.Tensor2D, key);
        return { loss, auxiliary };
      }, new Map([['w', parameter]]));
      parameter.dispose();
      return result;
    });
    await expectNoLeak(() => {
      const failing = (options: VicRegOptions, k: tf.Tensor2D = key) => () => vicReg(query, k, options);
      expect(failing({}, orthogonal)).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot compute the VICReg loss as key must have shape [N=6, D=5]: current shape is [4, 3]]`);
      expect(() => tf.tidy(() => void vicReg(tf.ones([1, 3]), tf.ones([1, 3])))).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute the VICReg loss as a variance needs at least 2 rows: current rows are 1]`);
      expect(failing({ variance: Infinity })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute the VICReg loss as variance must be 0 or more: current value is Infinity]`);
      expect(failing({ deviation: -1 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute the VICReg loss as deviation must be 0 or more: current value is -1]`);
    });
  });
});
