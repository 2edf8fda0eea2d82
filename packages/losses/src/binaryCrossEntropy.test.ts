import { counterNormal, counterUniform, expectClose, expectGradients, expectNoLeak } from '@cxr-ifa/testing';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import golden from '../golden/losses.json' with { type: 'json' };
import { binaryCrossEntropy } from './binaryCrossEntropy.ts';

/** Logits, labels, mask and weights as tools/golden/losses.py makes them. */
function inputs({ streams, n, f, knownShare, weighted, scale }: (typeof golden.binaryCrossEntropy)[number]): { logits: tf.Tensor2D; labels: tf.Tensor2D; known: tf.Tensor2D; options: { positiveWeights?: tf.Tensor1D } } {
  const [ofLogits, ofLabels, ofKnown, ofWeights] = streams as [number, number, number, number];
  const below = (stream: number, bound: number): tf.Tensor2D => tf.tensor2d(Float32Array.from(counterUniform(stream, n * f), (value) => (value < bound ? 1 : 0)), [n, f]);
  return {
    logits: tf.tensor2d(Float32Array.from(counterNormal(ofLogits, n * f), (value) => scale * value), [n, f]),
    labels: below(ofLabels, 0.4),
    known: below(ofKnown, knownShare),
    options: weighted ? { positiveWeights: tf.tensor1d(Float32Array.from(counterUniform(ofWeights, f), (value) => 1 + 4 * value)) } : {},
  };
}

const ones = tf.ones([2, 2]) as tf.Tensor2D;
const { logits, labels, known, options } = inputs(golden.binaryCrossEntropy[1]!);

describe('binaryCrossEntropy', () => {
  it.each(golden.binaryCrossEntropy)('equals PyTorch BCEWithLogitsLoss over known cells: $name', async (testCase) => {
    const made = inputs(testCase);
    await expectClose(binaryCrossEntropy(made.logits, made.labels, made.known, made.options), testCase.loss);
    const gradient = tf.grad((x) => binaryCrossEntropy(x as tf.Tensor2D, made.labels, made.known, made.options))(made.logits);
    await expectClose(gradient, testCase.gradient, { absolute: 1e-7 });
  });

  it('is ln 2 at logit 0, with the gradient (1/2 - y) / cells of a new linear probe', async () => {
    const zeros = tf.zeros([2, 2]) as tf.Tensor2D;
    const half = tf.tensor2d([[1, 0], [0, 0]]);
    await expectClose(binaryCrossEntropy(zeros, half, ones), Math.LN2);
    await expectClose(tf.grad((x) => binaryCrossEntropy(x as tf.Tensor2D, half, ones))(zeros), [-0.125, 0.125, 0.125, 0.125]);
  });

  it('stays finite at the largest logits', async () => {
    const huge = tf.tensor2d([[1e30, -1e30], [1e30, -1e30]]);
    await expectClose(binaryCrossEntropy(huge, tf.tensor2d([[1, 0], [1, 0]]), ones), 0);
    await expectClose(binaryCrossEntropy(huge, tf.tensor2d([[0, 1], [0, 1]]), ones), 1e30);
    await expectClose(tf.grad((x) => binaryCrossEntropy(x as tf.Tensor2D, tf.tensor2d([[0, 1], [1, 0]]), ones))(huge), [0.25, -0.25, 0, 0]);
  });

  it('agrees with finite differences', () => expectGradients((x) => binaryCrossEntropy(x as tf.Tensor2D, labels, known, options), [logits]));

  it('does not look at unknown cells, whatever they hold', async () => {
    const { loss, gradient } = { loss: await binaryCrossEntropy(logits, labels, known, options).data(), gradient: await tf.grad((x) => binaryCrossEntropy(x as tf.Tensor2D, labels, known, options))(logits).data() };
    const spoilt = tf.where(tf.cast(known, 'bool'), labels, tf.fill(labels.shape, NaN)) as tf.Tensor2D;
    await expectClose(binaryCrossEntropy(logits, spoilt, known, options), loss);
    await expectClose(tf.grad((x) => binaryCrossEntropy(x as tf.Tensor2D, spoilt, known, options))(logits), gradient);
    await expectClose(binaryCrossEntropy(logits, tf.cast(labels, 'int32'), tf.cast(known, 'bool'), options), loss);
  });

  it('is 0 with gradient 0 where nothing is known', async () => {
    const none = tf.zeros([6, 4]) as tf.Tensor2D;
    await expectClose(binaryCrossEntropy(logits, labels, none, options), 0);
    await expectClose(tf.grad((x) => binaryCrossEntropy(x as tf.Tensor2D, labels, none, options))(logits), new Float32Array(24));
  });

  it('turns around with logits and labels', async () => {
    const direct = await binaryCrossEntropy(logits, labels, known).data();
    await expectClose(binaryCrossEntropy(tf.neg(logits), tf.sub(1, labels), known), direct);
  });

  it('leaves nothing behind, on its error path too', async () => {
    await expectNoLeak(() => binaryCrossEntropy(logits, labels, known, options));
    await expectNoLeak(() => {
      expect(() => binaryCrossEntropy(logits, ones, known)).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot compute binary cross-entropy as labels must have shape [N=6, F=4]: current shape is [2, 2]]`);
    });
  });
});
