import { counterNormal, expectClose, expectGradients, expectNoLeak } from '@cxr-ifa/testing';
import { valueAndGradients } from '@cxr-ifa/tensor';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import golden from '../golden/losses.json' with { type: 'json' };
import { barlowTwins, type BarlowTwinsOptions } from './barlowTwins.ts';
import { kakuBarlow } from './kakuBarlow.ts';

/** A query and a key that leans towards it, as tools/golden/losses.py makes them. */
function inputs({ streams, n, d }: { streams: number[]; n: number; d: number }): [tf.Tensor2D, tf.Tensor2D] {
  const normal = (stream: number): tf.Tensor2D => tf.tensor2d(Float32Array.from(counterNormal(stream, n * d)), [n, d]);
  const query = normal(streams[0]!);
  return [query, tf.add(normal(streams[1]!), tf.mul(query, 0.7))];
}

const [query, key] = inputs(golden.barlowTwins[0]!);
/** Columns without correlation, each of variance 1. */
const orthogonal = tf.tensor2d([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]);

describe('barlowTwins', () => {
  it.each(golden.barlowTwins)('equals PyTorch: $name', async (testCase) => {
    const [q, k] = inputs(testCase);
    const measures = barlowTwins(q, k, testCase.options);
    for (const measure of ['loss', 'onDiagonal', 'offDiagonal', 'similarity'] as const) await expectClose(measures[measure], testCase[measure], { absolute: 1e-9 });
    const absolute = 1e-6 * Math.max(...testCase.gradient.map(Math.abs));
    await expectClose(tf.grad((x) => barlowTwins(x as tf.Tensor2D, k, testCase.options).loss)(q), testCase.gradient, { relative: 1e-4, absolute });
    const [ofQuery, ofKey] = tf.grads((x, y) => barlowTwins(x as tf.Tensor2D, y as tf.Tensor2D, { ...testCase.options, constantKey: false }).loss)([q, k]) as [tf.Tensor, tf.Tensor];
    await expectClose(ofQuery, testCase.gradient, { relative: 1e-4, absolute });
    await expectClose(ofKey, testCase.keyGradient, { relative: 1e-4, absolute });
  });

  it("has the released code's weights in kakuBarlow", () => expect(kakuBarlow).toEqual({ ...golden.barlowTwins[1]!.options, constantKey: false }));

  it('is 0 where query and key are equal and their columns independent', async () => {
    const { loss, similarity } = barlowTwins(orthogonal, orthogonal);
    await expectClose(loss, 0, { absolute: 1e-9 });
    await expectClose(similarity, 1, { relative: 2e-5 });
  });

  it('counts columns: all equal ones, opposites, constants', async () => {
    const same = tf.tile(tf.tensor2d([[1], [-1]]), [1, 4]) as tf.Tensor2D;
    const { onDiagonal, offDiagonal, loss } = barlowTwins(same, same, { onDiagonal: 3, offDiagonal: 0.5, scale: 2 });
    await expectClose(onDiagonal, 0);
    await expectClose(offDiagonal, 12, { relative: 3e-5 });
    await expectClose(loss, 12, { relative: 3e-5 });
    await expectClose(barlowTwins(orthogonal, tf.neg(orthogonal)).onDiagonal, 12, { relative: 3e-5 });
    const constant = tf.ones([4, 3]) as tf.Tensor2D;
    await expectClose(barlowTwins(constant, orthogonal).onDiagonal, 3);
    await expectClose(tf.grad((x) => barlowTwins(x as tf.Tensor2D, tf.zeros([4, 3])).loss)(constant), new Float32Array(12));
  });

  it('agrees with finite differences on both sides', () =>
    expectGradients((q, k) => barlowTwins(q as tf.Tensor2D, k as tf.Tensor2D, { offDiagonal: 0.3, constantKey: false }).loss, [query, key]));

  it('does not depend on the order of the pairs, nor on shifts and positive scales of columns', async () => {
    const value = await barlowTwins(query, key).loss.data();
    const order = [3, 0, 5, 1, 4, 2];
    await expectClose(barlowTwins(tf.gather(query, order), tf.gather(key, order)).loss, value);
    await expectClose(barlowTwins(tf.add(tf.mul(query, tf.tensor1d([2, 3, 5, 7, 9])), 4), key).loss, value, { relative: 1e-4 }); // but for the epsilon
  });

  it('sends no gradient to the key unless asked to', async () => {
    const [ofQuery, ofKey] = tf.grads((x, y) => tf.add(barlowTwins(x as tf.Tensor2D, y as tf.Tensor2D).loss, tf.mul(0, tf.sum(y))))([query, key]) as [tf.Tensor, tf.Tensor];
    expect(Math.max(...(await tf.abs(ofQuery).data()))).toBeGreaterThan(0.01);
    await expectClose(ofKey, new Float32Array(30));
  });

  it('leaves nothing behind: alone, in a tape, and on its error path', async () => {
    await expectNoLeak(() => barlowTwins(query, key));
    await expectNoLeak(() => {
      const parameter = tf.tidy(() => tf.variable(query));
      const result = valueAndGradients(() => {
        const { loss, ...auxiliary } = barlowTwins(parameter as unknown as tf.Tensor2D, key);
        return { loss, auxiliary };
      }, new Map([['w', parameter]]));
      parameter.dispose();
      return result;
    });
    await expectNoLeak(() => {
      const failing = (options: BarlowTwinsOptions, k: tf.Tensor2D = key) => () => barlowTwins(query, k, options);
      expect(failing({}, orthogonal)).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot compute the Barlow Twins loss as key must have shape [N=6, D=5]: current shape is [4, 3]]`);
      expect(() => tf.tidy(() => void barlowTwins(tf.ones([1, 3]), tf.ones([1, 3])))).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute the Barlow Twins loss as a correlation needs at least 2 rows: current rows are 1]`);
      expect(failing({ offDiagonal: NaN })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute the Barlow Twins loss as offDiagonal must be 0 or more: current value is NaN]`);
      expect(failing({ scale: -1 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute the Barlow Twins loss as scale must be 0 or more: current value is -1]`);
    });
  });
});
