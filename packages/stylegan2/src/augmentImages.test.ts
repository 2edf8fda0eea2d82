import { counterUniform, expectClose, expectGradients, expectNoLeak } from '@cxr-ifa/testing';
import { createRng } from '@cxr-ifa/tensor';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { adaptProbability } from './adaptProbability.ts';
import { augmentImages } from './augmentImages.ts';

const images = tf.tensor4d(Float32Array.from(counterUniform(1, 4 * 16 * 16 * 3), (u) => 2 * u - 1), [4, 16, 16, 3]);

describe('augmentImages', () => {
  it('leaves images as they are at probability 0, and the same seed changes them the same', async () => {
    await expectClose(augmentImages(images, { probability: 0, rng: createRng(1) }), images, { relative: 0, absolute: 0 });
    const one = augmentImages(images, { probability: 1, rng: createRng(1) });
    await expectClose(augmentImages(images, { probability: 1, rng: createRng(1) }), one, { relative: 0, absolute: 0 });
    await expect(expectClose(one, images)).rejects.toThrow('expected');
  });

  it('changes each of its ways in the given share of images', async () => {
    const many = tf.fill<tf.Rank.R4>([400, 8, 8, 1], 0.5); // shifts do not show in a flat image
    const augmented = await augmentImages(many, { probability: 0.3, rng: createRng(2) }).array();
    const share = (holds: (pixels: number[]) => boolean): number => augmented.filter((image) => holds(image.flat(2))).length / 400;
    expect(share((pixels) => pixels.includes(0))).toBeCloseTo(0.3, 1); // cutout
    expect(share((pixels) => Math.abs(Math.max(...pixels) - 0.5) > 1e-6)).toBeCloseTo(1 - 0.7 ** 2, 1); // brightness or contrast
  });

  it('is linear in the images but for its brightness, so that it can be differentiated', async () => {
    const options = { probability: 1 };
    const of = (x: tf.Tensor): tf.Tensor4D => augmentImages(x as tf.Tensor4D, { ...options, rng: createRng(3) });
    await expectClose(tf.sub(of(tf.mul(images, 2)), of(images)), tf.sub(of(images), of(tf.zerosLike(images))), { absolute: 1e-4 });
    await expectGradients((x) => tf.mean(tf.square(of(x))), [images]);
    await expectNoLeak(() => of(images));
  });
});

describe('adaptProbability', () => {
  const start = { augmentProbability: 0.5, signSum: 0, signCount: 0 };
  const after = (sign: number): number => {
    let state = start;
    for (let step = 0; step < 4; step++) state = adaptProbability(state, { sign, count: 10, step, target: 0.6, rise: 1000 });
    return state.augmentProbability;
  };

  it('rises by the share of images seen where the discriminator is too sure, and falls where it is not', () => {
    expect(after(0.9)).toBeCloseTo(0.54);
    expect(after(0.2)).toBeCloseTo(0.46);
    expect(adaptProbability({ ...start, augmentProbability: 0 }, { sign: -1, count: 10, step: 3, target: 0.6, rise: 1000 }).augmentProbability).toBe(0);
  });
});
