import { counterNormal, counterUniform, expectClose, expectGradients, expectNoLeak } from '@cxr-ifa/testing';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import golden from '../golden/focal-loss.json' with { type: 'json' };
import { binaryCrossEntropy } from './binaryCrossEntropy.ts';
import { focalLoss } from './focalLoss.ts';

/** Logits, labels and mask as tools/golden/focal_loss.py makes them. */
function inputs({ streams, n, f, knownShare, scale }: (typeof golden.cases)[number]): [logits: tf.Tensor2D, labels: tf.Tensor2D, known: tf.Tensor2D] {
  const [ofLogits, ofLabels, ofKnown] = streams as [number, number, number];
  const below = (stream: number, bound: number): tf.Tensor2D => tf.tensor2d(Float32Array.from(counterUniform(stream, n * f), (value) => (value < bound ? 1 : 0)), [n, f]);
  return [tf.tensor2d(Float32Array.from(counterNormal(ofLogits, n * f), (value) => scale * value), [n, f]), below(ofLabels, 0.4), below(ofKnown, knownShare)];
}

const [logits, labels, known] = inputs(golden.cases[1]!);
const ones = tf.ones([2, 2]) as tf.Tensor2D;

describe('focalLoss', () => {
  it.each(golden.cases)('equals torchvision sigmoid_focal_loss over known cells: $name', async (testCase) => {
    const [x, y, mask] = inputs(testCase);
    const options = { gamma: testCase.gamma, ...(testCase.alpha >= 0 && { alpha: testCase.alpha }) };
    await expectClose(focalLoss(x, y, mask, options), testCase.mean);
    await expectClose(focalLoss(x, y, mask, { ...options, reduction: 'sum' }), testCase.sum);
    await expectClose(tf.grad((logit) => focalLoss(logit as tf.Tensor2D, y, mask, options))(x), testCase.gradient, { absolute: 1e-7 });
  });

  it('is ln 2 / 2^gamma at logit 0', async () => {
    const zeros = tf.zeros([2, 2]) as tf.Tensor2D;
    await expectClose(focalLoss(zeros, ones, ones, { gamma: 3 }), Math.LN2 / 8);
    await expectClose(focalLoss(zeros, ones, ones, { gamma: 0, alpha: 0.25 }), Math.LN2 / 4);
  });

  it('stays finite at the largest logits, with any gamma', async () => {
    const huge = tf.tensor2d([[1e30, -1e30], [1e30, -1e30]]);
    for (const gamma of [0, 0.5, 2]) {
      await expectClose(focalLoss(huge, tf.tensor2d([[1, 0], [1, 0]]), ones, { gamma }), 0);
      await expectClose(focalLoss(huge, tf.tensor2d([[0, 1], [0, 1]]), ones, { gamma }), 1e30);
      await expectClose(tf.grad((x) => focalLoss(x as tf.Tensor2D, tf.tensor2d([[0, 1], [1, 0]]), ones, { gamma }))(huge), [0.25, -0.25, 0, 0]);
    }
  });

  it('agrees with finite differences', async () => {
    await expectGradients((x) => focalLoss(x as tf.Tensor2D, labels, known, { gamma: 2, alpha: 0.25 }), [logits]);
    await expectGradients((x) => focalLoss(x as tf.Tensor2D, labels, known, { gamma: 0.5 }), [logits]);
  });

  it('is cross-entropy without gamma, and turns around with logits, labels and alpha', async () => {
    await expectClose(focalLoss(logits, labels, known, { gamma: 0 }), await binaryCrossEntropy(logits, labels, known).data());
    const direct = await focalLoss(logits, labels, known, { alpha: 0.3 }).data();
    await expectClose(focalLoss(tf.neg(logits), tf.sub(1, labels), known, { alpha: 0.7 }), direct);
  });

  it('does not look at unknown cells, and is 0 with gradient 0 where nothing is known', async () => {
    const spoilt = tf.where(tf.cast(known, 'bool'), labels, tf.fill(labels.shape, NaN)) as tf.Tensor2D;
    await expectClose(focalLoss(logits, spoilt, known), await focalLoss(logits, labels, known).data());
    const none = tf.zerosLike(known);
    await expectClose(focalLoss(logits, labels, none), 0);
    await expectClose(tf.grad((x) => focalLoss(x as tf.Tensor2D, labels, none))(logits), new Float32Array(logits.size));
  });

  it('leaves nothing behind, on its error path too', async () => {
    await expectNoLeak(() => focalLoss(logits, labels, known, { alpha: 0.5 }));
    await expectNoLeak(() => {
      expect(() => focalLoss(logits, ones, known)).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot compute the focal loss as labels must have shape [N=5, F=3]: current shape is [2, 2]]`);
      expect(() => focalLoss(logits, labels, known, { gamma: -1 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute the focal loss as gamma must be 0 or more: current value is -1]`);
      expect(() => focalLoss(logits, labels, known, { alpha: 2 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute the focal loss as alpha must be from 0 to 1: current value is 2]`);
    });
  });
});
