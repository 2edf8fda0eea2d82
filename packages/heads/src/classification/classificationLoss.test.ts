import { counterNormal, counterUniform, expectClose, expectGradients, expectNoLeak } from '@cxr-ifa/testing';
import * as tf from '@tensorflow/tfjs-core';
import { createRng } from '@cxr-ifa/tensor';
import { describe, expect, it } from 'vitest';
import { balancedSample, classificationLoss, type ImbalanceHandling } from './index.ts';

const counts = [{ name: 'common', positives: 30, negatives: 10 }, { name: 'rare', positives: 1, negatives: 39 }, { name: 'never', positives: 0, negatives: 40 }];
const logits = tf.tensor2d(Float32Array.from(counterNormal(1, 12)), [4, 3]);
const labels = tf.tensor2d([1, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0, 0], [4, 3]);
const known = tf.tensor2d([1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1], [4, 3]);
const HANDLINGS: ImbalanceHandling[] = ['none', 'class-weights', 'focal', 'logit-adjustment'];
const one = (value: number): tf.Tensor2D => tf.fill([1, 1], value) as tf.Tensor2D;

describe('classificationLoss', () => {
  it('is what its formula says of a single positive of logit 0', async () => {
    const finding = [{ name: 'a', positives: 10, negatives: 30 }];
    const at = (handling: ImbalanceHandling, options = {}): tf.Scalar => classificationLoss(handling, finding, options)(one(0), one(1), one(1));
    await expectClose(at('none'), Math.LN2);
    await expectClose(at('class-weights'), 3 * Math.LN2);
    await expectClose(at('focal', { gamma: 1 }), Math.LN2 / 2);
    await expectClose(at('logit-adjustment'), Math.log(4)); // -log of the prior 1 / 4
    await expectClose(at('logit-adjustment', { tau: 0 }), Math.LN2);
  });

  it('has its optimum without features at the balanced threshold where classes are weighted or logits adjusted, and at the prior where not', async () => {
    const images = tf.concat([tf.ones([10, 1]), tf.zeros([30, 1])]) as tf.Tensor2D;
    const slope = (handling: ImbalanceHandling, bias: number): tf.Tensor => tf.grad((x) => classificationLoss(handling, [{ name: 'a', positives: 10, negatives: 30 }])(tf.add(tf.zeros([40, 1]), x) as tf.Tensor2D, images, tf.onesLike(images)))(tf.scalar(bias));
    await expectClose(slope('none', -Math.log(3)), 0, { absolute: 1e-6 });
    await expectClose(slope('class-weights', 0), 0, { absolute: 1e-6 });
    await expectClose(slope('logit-adjustment', 0), 0, { absolute: 1e-6 });
  });

  it.each(HANDLINGS)('agrees with finite differences: %s', (handling) => expectGradients((x) => classificationLoss(handling, counts)(x as tf.Tensor2D, labels, known), [logits]));

  it.each(HANDLINGS)('does not look at unknown cells and keeps no tensor: %s', async (handling) => {
    const loss = classificationLoss(handling, counts);
    const spoilt = tf.where(tf.cast(known, 'bool'), labels, tf.fill(labels.shape, NaN)) as tf.Tensor2D;
    await expectClose(loss(logits, spoilt, known), await loss(logits, labels, known).data());
    await expectNoLeak(() => loss(logits, labels, known));
  });

  it('refuses what it does not know', () => {
    expect(() => classificationLoss('x' as ImbalanceHandling, counts)).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot make a loss as its handling of imbalance must be one of none, class-weights, focal, logit-adjustment: current value is x]`);
    expect(() => classificationLoss('focal', counts, { gamma: -1 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot make a loss as gamma must be 0 or more: current value is -1]`);
  });
});

describe('balancedSample', () => {
  const rare = { name: 'rare', labels: Array.from({ length: 200 }, (_, i) => (i < 4 ? 1 : 0)) };
  const half = { name: 'half', labels: Array.from({ length: 200 }, (_, i) => i % 2), known: Array.from({ length: 200 }, (_, i) => (i < 20 ? 1 : 0)) };
  const never = { name: 'never', labels: new Array(200).fill(0) };

  it('asks for presence and absence alike, however rare', () => {
    const drawn = balancedSample([rare, never], 200, 20_000, createRng(1));
    const positives = drawn.filter((image) => image < 4).length;
    expect(Math.abs(positives - 10_000)).toBeLessThan(4 * Math.sqrt(5000)); // four standard errors
    for (let image = 0; image < 4; image++) expect(Math.abs(drawn.filter((other) => other === image).length - 2500)).toBeLessThan(4 * Math.sqrt(2200));
    expect(new Set(drawn).size).toBe(200);
  });

  it('asks for every finding alike, and only for images that know it', () => {
    const drawn = balancedSample([rare, half], 200, 20_000, createRng(2));
    const expected = 0.25 + (0.5 * 4) / 20; // of the first four images: by `rare` present, and by `half`, which knows twenty
    expect(Math.abs(drawn.filter((image) => image < 4).length / 20_000 - expected)).toBeLessThan(0.02);
  });

  it('is the generator\'s alone, and any image where there is nothing to balance', () => {
    expect(balancedSample([rare], 200, 50, createRng(3))).toEqual(balancedSample([rare], 200, 50, createRng(3)));
    expect(new Set(balancedSample([never], 200, 3000, createRng(4))).size).toBe(200);
    expect(balancedSample([rare], 200, 0, createRng(5))).toHaveLength(0);
    expect(() => balancedSample([rare], 100, 5, createRng(1))).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot draw a balanced sample as labels of rare must have one value for each of 100 images: current length is 200]`);
    expect(() => balancedSample([rare], 200, -1, createRng(1))).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot draw a balanced sample as size must be an integer of at least 0: current value is -1]`);
  });

  it('draws from labels at random as from labels in order', () => {
    const labels = counterUniform(1, 500).map((u) => (u < 0.1 ? 1 : 0));
    const drawn = balancedSample([{ name: 'a', labels }], 500, 10_000, createRng(6));
    expect(Math.abs(drawn.filter((image) => labels[image] === 1).length - 5000)).toBeLessThan(4 * 50);
  });
});
