import { expectClose, expectGradients, expectNoLeak, normalTensor } from '@cxr-ifa/testing';
import { valueAndGradients } from '@cxr-ifa/tensor';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { discriminatorLoss } from './discriminatorLoss.ts';
import { generatorLoss } from './generatorLoss.ts';
import { pathLengthPenalty } from './pathLengthPenalty.ts';
import { r1Penalty } from './r1Penalty.ts';

// Golden values of all four on whole networks, gradients of second order included, are in packages/stylegan2.

describe('generatorLoss and discriminatorLoss', () => {
  const [real, generated] = [tf.tensor1d([1, -2, 3]), tf.tensor1d([0.5, -40])];

  it('are log 2 a score of zero', async () => {
    await expectClose(generatorLoss(tf.zeros([3])), Math.log(2));
    await expectClose(discriminatorLoss(tf.zeros([3]), tf.zeros([2])), 2 * Math.log(2));
  });

  it('are the logistic losses by hand, also far from zero', async () => {
    const softplus = (x: number): number => Math.log1p(Math.exp(x));
    await expectClose(generatorLoss(generated), (softplus(-0.5) + 40) / 2);
    await expectClose(discriminatorLoss(real, generated), (softplus(-1) + softplus(2) + softplus(-3)) / 3 + softplus(0.5) / 2);
  });

  it('pull scores apart: the two losses of a generated score have opposite gradients for a score of zero', async () => {
    const zero = tf.zeros<tf.Rank.R1>([4]);
    const forGenerator = tf.grad((x) => generatorLoss(x as tf.Tensor1D))(zero);
    const forDiscriminator = tf.grad((x) => discriminatorLoss(real, x as tf.Tensor1D))(zero);
    await expectClose(forGenerator, tf.neg(forDiscriminator));
    await expectGradients((x) => generatorLoss(x as tf.Tensor1D), [real]);
    await expectGradients((x, y) => discriminatorLoss(x as tf.Tensor1D, y as tf.Tensor1D), [real, generated]);
  });

  it('leave nothing behind, and refuse what is no vector', async () => {
    await expectNoLeak(() => [generatorLoss(real), discriminatorLoss(real, generated)]);
    expect(() => generatorLoss(tf.zeros([2, 1]) as unknown as tf.Tensor1D)).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot compute the generator loss as generated must have shape [N]: current shape is [2, 1]]`);
    expect(() => discriminatorLoss(real, tf.scalar(1) as unknown as tf.Tensor1D)).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot compute the discriminator loss as generated must have shape [M]: current shape is []]`);
  });
});

describe('r1Penalty', () => {
  const images = normalTensor<tf.Rank.R4>(1, [2, 4, 4, 1]);
  const filter = tf.variable(normalTensor<tf.Rank.R4>(2, [3, 3, 1, 2]));
  const score = (x: tf.Tensor4D, w: tf.Tensor4D = filter): tf.Tensor1D => tf.sum(tf.square(tf.conv2d(x, w, 1, 'same')), [1, 2, 3]);

  it('is the squared norm of a linear score', async () => {
    const weight = normalTensor<tf.Rank.R3>(3, [4, 4, 1]);
    const penalty = r1Penalty((x) => tf.sum(tf.mul(x, weight), [1, 2, 3]), images);
    await expectClose(penalty, await tf.sum(tf.square(weight)).data());
  });

  it('grows with the square of the score, and knows nothing of a constant', async () => {
    const once = await r1Penalty(score, images).data();
    await expectClose(r1Penalty((x) => tf.add(tf.mul(score(x), 3), 100), images), 9 * (once[0] as number), { relative: 1e-4 });
  });

  it('has the gradient of finite differences with respect to weights and images', async () => {
    await expectGradients((x, w) => r1Penalty((given) => tf.mul(score(given, w as tf.Tensor4D), 0.1), x as tf.Tensor4D), [images, filter]);
  });

  it('leaves nothing behind within a tape and without, and refuses other than one score an image', async () => {
    await expectNoLeak(() => r1Penalty(score, images));
    await expectNoLeak(() => valueAndGradients(() => ({ loss: r1Penalty(score, images), auxiliary: {} }), new Map([['filter', filter]])));
    await expectNoLeak(() => {
      expect(() => r1Penalty((x) => tf.sum(x, [2, 3]) as unknown as tf.Tensor1D, images)).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot compute the R1 penalty as scores must have shape [2]: current shape is [2, 4]]`);
    });
    expect(() => r1Penalty(score, tf.zeros([4, 4, 1]) as unknown as tf.Tensor4D)).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot compute the R1 penalty as images must have shape [N, H, W, C]: current shape is [4, 4, 1]]`);
  });
});

describe('pathLengthPenalty', () => {
  const latents = normalTensor<tf.Rank.R3>(4, [2, 3, 5]);
  const direction = tf.div<tf.Tensor4D>(normalTensor<tf.Rank.R4>(5, [2, 4, 4, 1]), 4);
  const weight = tf.variable(normalTensor<tf.Rank.R2>(6, [5, 16]));
  const draw = (x: tf.Tensor3D, w: tf.Tensor2D = weight): tf.Tensor4D => tf.reshape(tf.matMul(tf.square(tf.mean<tf.Tensor2D>(x, 1)), w), [2, 4, 4, 1]);

  it('is the norm of a linear generator along the direction', async () => {
    const linear = (x: tf.Tensor3D): tf.Tensor4D => tf.reshape(tf.matMul(tf.sum<tf.Tensor2D>(x, 1), weight), [2, 4, 4, 1]);
    const { loss, lengths } = pathLengthPenalty(linear, latents, { direction, target: 2 });
    const expected = tf.norm(tf.matMul(tf.reshape(direction, [2, 16]), weight, false, true), 2, 1);
    await expectClose(lengths, expected, { relative: 1e-4 });
    await expectClose(loss, tf.mean(tf.square(tf.sub(expected, 2))), { relative: 1e-4 });
  });

  it('has lengths in proportion to the images', async () => {
    const options = { direction, target: 0 };
    const once = pathLengthPenalty(draw, latents, options);
    const thrice = pathLengthPenalty((x) => tf.mul(draw(x), 3), latents, options);
    await expectClose(thrice.lengths, tf.mul(once.lengths, 3), { relative: 1e-4 });
    await expectClose(thrice.loss, tf.mul(once.loss, 9), { relative: 1e-4 });
  });

  it('has the gradient of finite differences with respect to weights and latents', async () => {
    await expectGradients((x, w) => pathLengthPenalty((given) => draw(given, w as tf.Tensor2D), x as tf.Tensor3D, { direction, target: 0.2 }).loss, [latents, weight]);
  });

  it('leaves nothing behind, and refuses images of another shape than the direction', async () => {
    await expectNoLeak(() => pathLengthPenalty(draw, latents, { direction, target: 1 }));
    await expectNoLeak(() => valueAndGradients(() => ({ loss: pathLengthPenalty(draw, latents, { direction, target: 1 }).loss, auxiliary: {} }), new Map([['weight', weight]])));
    await expectNoLeak(() => {
      expect(() => pathLengthPenalty((x) => tf.reshape(draw(x), [2, 2, 8, 1]), latents, { direction, target: 1 })).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot compute the path-length penalty as images must have shape [2, 4, 4, 1]: current shape is [2, 2, 8, 1]]`);
    });
    expect(() => pathLengthPenalty(draw, tf.zeros([2, 5]) as unknown as tf.Tensor3D, { direction, target: 1 })).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot compute the path-length penalty as latents must have shape [N, L, D]: current shape is [2, 5]]`);
  });
});
