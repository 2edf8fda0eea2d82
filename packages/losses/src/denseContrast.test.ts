import { counterNormal, expectClose, expectGradients, expectNoLeak } from '@cxr-ifa/testing';
import { valueAndGradients } from '@cxr-ifa/tensor';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import golden from '../golden/losses.json' with { type: 'json' };
import { denseContrast, type DenseView } from './denseContrast.ts';
import { infoNce } from './infoNce.ts';
import { l2Normalise } from './l2Normalise.ts';
import { poolDenseKeys } from './poolDenseKeys.ts';

const normal = (stream: number, shape: number[]): tf.Tensor => tf.tensor(Float32Array.from(counterNormal(stream, tf.util.sizeFromShape(shape))), shape);

/** A case's maps, as tools/golden/losses.py makes them: the key's features are the query's at other positions. */
function inputs({ streams, n, side, c, d, k }: (typeof golden.denseContrast)[number]): { query: DenseView; key: DenseView; queue: tf.Tensor2D } {
  const flat = normal(streams[0]!, [n, side * side, c]);
  const map = (x: tf.Tensor): tf.Tensor4D => tf.reshape(x, [n, side, side, -1]);
  return {
    query: { features: map(flat), dense: map(normal(streams[2]!, [n, side * side, d])) },
    key: { features: map(tf.add(normal(streams[1]!, [n, side * side, c]), tf.reverse(flat, 1))), dense: map(normal(streams[3]!, [n, side * side, d])) },
    queue: l2Normalise(normal(streams[4]!, [k, d])) as tf.Tensor2D,
  };
}

const { query, key, queue } = inputs(golden.denseContrast[0]!);
const flip = (map: tf.Tensor4D): tf.Tensor4D => tf.reverse(map, [1, 2]);
const flat = (map: tf.Tensor4D): tf.Tensor2D => l2Normalise(tf.reshape(map, [-1, map.shape[3]])) as tf.Tensor2D;

describe('denseContrast', () => {
  it.each(golden.denseContrast)('equals PyTorch: $name', async (testCase) => {
    const made = inputs(testCase);
    const { temperature } = testCase;
    const { loss, accuracyTop1 } = denseContrast(made.query, made.key, made.queue, { temperature });
    await expectClose(loss, testCase.loss);
    await expectClose(accuracyTop1, testCase.accuracyTop1);
    const gradient = tf.grad((dense) => denseContrast({ ...made.query, dense: dense as tf.Tensor4D }, made.key, made.queue, { temperature }).loss)(made.query.dense);
    await expectClose(gradient, testCase.gradient, { relative: 1e-4, absolute: 1e-6 });
    await expectClose(poolDenseKeys(made.key.dense), testCase.pooledKeys);
  });

  it('is InfoNCE of positions where query and key are equal, and finds each position again where the key is flipped', async () => {
    const expected = await infoNce(flat(query.dense), flat(query.dense), queue).loss.data();
    await expectClose(denseContrast(query, query, queue).loss, expected);
    await expectClose(denseContrast(query, { features: flip(query.features), dense: flip(query.dense) }, queue).loss, expected);
  });

  it('matches within an image only', async () => {
    const swapped = { features: tf.reverse(query.features, 0), dense: tf.reverse(query.dense, 0) };
    const found = (await denseContrast(query, swapped, queue).positiveLogit.data())[0]!;
    expect(found).toBeLessThan(0.9 * 5); // cosine 1 at temperature 0.2 gives 5
    await expectClose(denseContrast(query, query, queue).positiveLogit, 5);
  });

  it('agrees with finite differences', () => expectGradients((dense) => denseContrast({ ...query, dense: dense as tf.Tensor4D }, key, queue).loss, [query.dense]));

  it('does not depend on lengths, nor on the order of images and of the key’s positions', async () => {
    const value = await denseContrast(query, key, queue).loss.data();
    await expectClose(denseContrast({ features: tf.mul(query.features, 3), dense: tf.mul(query.dense, 0.1) }, { features: tf.mul(key.features, 0.2), dense: tf.mul(key.dense, 5) }, queue).loss, value);
    await expectClose(denseContrast(query, { features: flip(key.features), dense: flip(key.dense) }, queue).loss, value);
    const turn = ({ features, dense }: DenseView): DenseView => ({ features: tf.reverse(features, 0), dense: tf.reverse(dense, 0) });
    await expectClose(denseContrast(turn(query), turn(key), queue).loss, value);
  });

  it('sends a gradient to the dense outputs only, whatever comes from one tape', async () => {
    const gradients = tf.grads((features, dense, keyFeatures, keyDense) => {
      const { loss } = denseContrast({ features: features as tf.Tensor4D, dense: dense as tf.Tensor4D }, { features: keyFeatures as tf.Tensor4D, dense: keyDense as tf.Tensor4D }, queue);
      return tf.add(loss, tf.mul(0, tf.addN([features, keyFeatures, dense, keyDense].map((x) => tf.sum(x!)))));
    })([query.features, query.dense, key.features, key.dense]) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    const largest = await Promise.all(gradients.map(async (gradient) => Math.max(...(await tf.abs(gradient).data()))));
    expect(largest[1]).toBeGreaterThan(0.001);
    expect([largest[0], largest[2], largest[3]]).toEqual([0, 0, 0]);
  });

  it('leaves nothing behind: alone, in a tape, and on its error path', async () => {
    await expectNoLeak(() => denseContrast(query, key, queue));
    await expectNoLeak(() => poolDenseKeys(key.dense));
    await expectNoLeak(() => {
      const parameter = tf.tidy(() => tf.variable(query.dense));
      const result = valueAndGradients(() => {
        const { loss, ...auxiliary } = denseContrast({ ...query, dense: parameter as unknown as tf.Tensor4D }, key, queue);
        return { loss, auxiliary };
      }, new Map([['w', parameter]]));
      parameter.dispose();
      return result;
    });
    await expectNoLeak(() => {
      expect(() => denseContrast(query, { ...key, dense: key.features }, queue)).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot compute dense contrast as the key's dense outputs must have shape [N=2, H=3, W=3, D=5]: current shape is [2, 3, 3, 6]]`);
      expect(() => denseContrast({ ...query, features: query.dense }, key, queue)).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot compute dense contrast as the key's features must have shape [N=2, H=3, W=3, C=5]: current shape is [2, 3, 3, 6]]`);
      expect(() => denseContrast(query, key, key.dense as unknown as tf.Tensor2D)).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot compute dense contrast as queue must have shape [K, D=5]: current shape is [2, 3, 3, 5]]`);
      expect(() => denseContrast(query, key, queue, { temperature: -1 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute InfoNCE as temperature must be above 0: current value is -1]`);
      expect(() => poolDenseKeys(queue as unknown as tf.Tensor4D)).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot pool dense keys as dense must have shape [N, H, W, D]: current shape is [7, 5]]`);
    });
  });
});
