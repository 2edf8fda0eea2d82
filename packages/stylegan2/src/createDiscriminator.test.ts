import { counterNormal, expectClose, expectNoLeak } from '@cxr-ifa/testing';
import { createRng } from '@cxr-ifa/tensor';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { createDiscriminator } from './createDiscriminator.ts';
import { minibatchDeviation } from './minibatchDeviation.ts';

const discriminator = createDiscriminator({ resolution: 16, channelBase: 64, channelMaximum: 8, groupSize: 2 });
const parameters = discriminator.initialise(createRng(1));
const images = tf.tensor4d(Float32Array.from(counterNormal(1, 4 * 16 * 16)), [4, 16, 16, 1]);

describe('createDiscriminator', () => {
  it('sees the groups of a batch: an image scores otherwise among its copies', async () => {
    const score = async (batch: tf.Tensor4D): Promise<number> => (await discriminator.score(parameters, batch).data())[0] as number;
    const first = tf.slice(images, 0, 1);
    const alike = await score(tf.concat([first, first, first, first]));
    expect(Math.abs((await score(images)) - alike)).toBeGreaterThan(1e-4);
    // images 0 and 2 are a group, 1 and 3 another: who is in the other group does not matter
    const others = tf.concat([first, tf.zeros<tf.Rank.R4>([1, 16, 16, 1]), tf.slice(images, 2, 1), tf.ones<tf.Rank.R4>([1, 16, 16, 1])]);
    expect(await score(others)).toBeCloseTo(await score(images), 5);
  });

  it('leaves nothing behind, and refuses what does not fit', async () => {
    await expectNoLeak(() => discriminator.initialise(createRng(1)));
    await expectNoLeak(() => discriminator.score(parameters, images));
    expect(() => createDiscriminator({ resolution: 4 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot create a discriminator as the resolution must be a power of two from 8 to 1024: current value is 4]`);
    expect(() => createDiscriminator({ resolution: 16, groupSize: 0 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot create a discriminator as the group size must be a positive integer: current value is 0]`);
    expect(() => createDiscriminator({ resolution: 16, imageChannels: 2 as 3 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot create a discriminator as the image channels must be 1 or 3: current value is 2]`);
    expect(() => discriminator.score(parameters, tf.zeros([2, 8, 8, 1]))).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot score images as images must have shape [N=2, 16, 16, 1]: current shape is [2, 8, 8, 1]]`);
    expect(() => discriminator.score(parameters, tf.zeros([3, 16, 16, 1]))).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compare the images of a batch as its groups of 2 must divide it: current size is 3]`);
  });
});

describe('minibatchDeviation', () => {
  it('is the deviation of a group at every position', async () => {
    const level = tf.tensor4d([0, 10, 4, 10], [4, 1, 1, 1]); // groups are (0, 4) and (10, 10)
    await expectClose(minibatchDeviation(tf.mul(level, tf.ones<tf.Rank.R4>([1, 2, 2, 3])), 2), tf.mul(tf.tensor4d([2, 1e-4, 2, 1e-4], [4, 1, 1, 1]), tf.ones([1, 2, 2, 1])), { relative: 1e-4 });
  });
});
