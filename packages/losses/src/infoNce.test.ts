import { counterNormal, expectClose, expectGradients, expectNoLeak } from '@cxr-ifa/testing';
import { valueAndGradients } from '@cxr-ifa/tensor';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import golden from '../golden/losses.json' with { type: 'json' };
import { infoNce } from './infoNce.ts';
import { l2Normalise } from './l2Normalise.ts';

function normal(stream: number, rows: number, columns: number): tf.Tensor2D {
  return tf.tensor2d(Float32Array.from(counterNormal(stream, rows * columns)), [rows, columns]);
}

/** A query before normalisation, its key and the queue, as tools/golden/losses.py makes them. */
function inputs({ streams, n, d, k, correlation }: (typeof golden.infoNce)[number]): { raw: tf.Tensor2D; key: tf.Tensor2D; queue: tf.Tensor2D } {
  const [first, second, third] = streams as [number, number, number];
  return tf.tidy(() => {
    const raw = normal(first, n, d);
    return { raw, key: l2Normalise(tf.add(normal(second, n, d), tf.mul(raw, correlation)) as tf.Tensor2D), queue: l2Normalise(normal(third, k, d)) };
  });
}

const small = inputs({ ...golden.infoNce[0]!, n: 3, d: 4, k: 5 });
const query = l2Normalise(small.raw);

describe('infoNce', () => {
  it.each(golden.infoNce)('equals PyTorch cross_entropy: $name', async (testCase) => {
    const { raw, key, queue } = inputs(testCase);
    const { temperature } = testCase;
    const measures = infoNce(l2Normalise(raw), key, queue, { temperature });
    await expectClose(measures.loss, testCase.loss);
    await expectClose(measures.accuracyTop1, testCase.accuracyTop1);
    await expectClose(measures.positiveLogit, testCase.positiveLogit, { relative: 2e-5 });
    await expectClose(measures.negativeLogit, testCase.negativeLogit, { relative: 2e-5 });
    const gradient = tf.grad((x) => infoNce(l2Normalise(x as tf.Tensor2D), key, queue, { temperature }).loss)(raw);
    await expectClose(gradient, testCase.gradient, { relative: 1e-4, absolute: 1e-6 / temperature });
  });

  it('is ln(K + 1) where the queue is as similar as the key, and counts the tie as a miss', async () => {
    const same = tf.tensor2d([[1, 0], [1, 0], [1, 0]]);
    const { loss, accuracyTop1 } = infoNce(same, same, tf.tensor2d(Array.from({ length: 7 }, () => [1, 0])));
    await expectClose(loss, Math.log(8));
    await expectClose(accuracyTop1, 0);
  });

  it('is -log of the key among opposite negatives', async () => {
    const { loss, accuracyTop1, positiveLogit, negativeLogit } = infoNce(tf.tensor2d([[0, 1]]), tf.tensor2d([[0, 1]]), tf.tensor2d([[0, -1], [0, -1]]), { temperature: 0.5 });
    await expectClose(loss, Math.log(1 + 2 * Math.exp(-4)));
    await expectClose(accuracyTop1, 1);
    await expectClose(positiveLogit, 2);
    await expectClose(negativeLogit, -2);
  });

  it('agrees with finite differences', () => expectGradients((q) => infoNce(q as tf.Tensor2D, small.key, small.queue).loss, [query]));

  it('does not depend on the order of the queue or of the pairs', async () => {
    const { loss, accuracyTop1 } = infoNce(query, small.key, small.queue);
    const reordered = infoNce(query, small.key, tf.gather(small.queue, [4, 2, 0, 1, 3]));
    await expectClose(reordered.loss, await loss.data(), { relative: 1e-6 });
    await expectClose(reordered.accuracyTop1, await accuracyTop1.data());
    const pairs = [2, 0, 1];
    await expectClose(infoNce(tf.gather(query, pairs), tf.gather(small.key, pairs), small.queue).loss, await loss.data(), { relative: 1e-6 });
  });

  it('falls as the key comes nearer and rises as the queue does', async () => {
    const value = async (key: tf.Tensor2D, queue: tf.Tensor2D): Promise<number> => (await infoNce(query, key, queue).loss.data())[0] as number;
    const base = await value(small.key, small.queue);
    expect(await value(query, small.queue)).toBeLessThan(base);
    expect(await value(small.key, tf.concat([small.queue, query]))).toBeGreaterThan(base);
  });

  it('sends a gradient to the query and none to key and queue, even of one tape, and none through the measures', async () => {
    const gradients = tf.grads((q, k, negatives) => tf.add(tf.addN([infoNce(q as tf.Tensor2D, k as tf.Tensor2D, negatives as tf.Tensor2D).loss]), tf.mul(0, tf.add(tf.sum(k), tf.sum(negatives)))));
    const [ofQuery, ofKey, ofQueue] = gradients([query, small.key, small.queue]) as [tf.Tensor, tf.Tensor, tf.Tensor];
    expect(Math.max(...(await tf.abs(ofQuery).data()))).toBeGreaterThan(0.01);
    await expectClose(ofKey, new Float32Array(12));
    await expectClose(ofQueue, new Float32Array(20));
    await expectClose(tf.grad((q) => infoNce(q as tf.Tensor2D, small.key, small.queue).positiveLogit)(query), new Float32Array(12));
  });

  it('leaves nothing behind: alone, in a tape, and on its error path', async () => {
    await expectNoLeak(() => infoNce(query, small.key, small.queue));
    await expectNoLeak(() => {
      const parameter = tf.tidy(() => tf.variable(small.raw));
      const result = valueAndGradients(() => {
        const { loss, ...auxiliary } = infoNce(l2Normalise(parameter as unknown as tf.Tensor2D), small.key, small.queue);
        return { loss, auxiliary };
      }, new Map([['w', parameter]]));
      parameter.dispose();
      return result;
    });
    await expectNoLeak(() => {
      expect(() => infoNce(query, small.queue, small.queue)).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot compute InfoNCE as key must have shape [N=3, D=4]: current shape is [5, 4]]`);
      expect(() => infoNce(query, small.key, small.queue, { temperature: 0 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute InfoNCE as temperature must be above 0: current value is 0]`);
    });
  });
});

describe('l2Normalise', () => {
  it('gives vectors of length 1 in the same direction', async () => {
    await expectClose(l2Normalise(tf.tensor2d([[3, 4], [0, -2]])), [0.6, 0.8, 0, -1]);
    await expectClose(l2Normalise(tf.tensor2d([[3, 0], [4, -2]]), 0), [0.6, 0, 0.8, -1]);
  });

  it('gives 0 with gradient 0 where there is no vector', async () => {
    const x = tf.tensor2d([[0, 0], [1e-7, 0], [1, 1]]);
    await expectClose(l2Normalise(x), [0, 0, 0, 0, Math.SQRT1_2, Math.SQRT1_2]);
    await expectClose(tf.grad((y) => tf.sum(tf.mul(l2Normalise(y), tf.tensor1d([1, 3]))))(x), [0, 0, 0, 0, -Math.SQRT1_2, Math.SQRT1_2]);
  });

  it('agrees with finite differences and leaves nothing behind', async () => {
    await expectGradients((x) => tf.sum(tf.mul(l2Normalise(x), small.key)), [small.raw]);
    await expectNoLeak(() => l2Normalise(small.raw));
  });
});
