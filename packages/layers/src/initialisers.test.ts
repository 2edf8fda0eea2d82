import { expectClose, expectNoLeak } from '@cxr-ifa/testing';
import { createRng } from '@cxr-ifa/tensor';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { kaimingNormal } from './kaimingNormal.ts';
import { linearUniform } from './linearUniform.ts';

describe('kaimingNormal', () => {
  it('has mean 0 and the variance 2 / fan-out', async () => {
    const filter = kaimingNormal(createRng(1), [3, 3, 8, 64]);
    expect(filter.shape).toEqual([3, 3, 8, 64]);
    const { mean, variance } = tf.moments(filter); // of 4608 draws: standard errors 1.5 % of the deviation and 2.1 % of the variance
    await expectClose(mean, 0, { absolute: 4 * 0.015 * Math.sqrt(2 / 576) });
    await expectClose(variance, 2 / (3 * 3 * 64), { relative: 0.08 });
  });

  it('depends on the generator alone and leaves nothing behind', async () => {
    await expectClose(kaimingNormal(createRng(1), [1, 1, 2, 3]), kaimingNormal(createRng(1), [1, 1, 2, 3]), { relative: 0, absolute: 0 });
    await expectNoLeak(() => kaimingNormal(createRng(1), [1, 1, 2, 3]));
  });
});

describe('linearUniform', () => {
  it('fills the interval of 1 / sqrt(inputs) evenly', async () => {
    const weight = linearUniform<tf.Rank.R2>(createRng(2), [100, 25], 25);
    expect(weight.shape).toEqual([100, 25]);
    const { mean, variance } = tf.moments(weight);
    await expectClose(mean, 0, { absolute: (4 * 0.2) / Math.sqrt(3 * 2500) });
    await expectClose(variance, 0.2 ** 2 / 3, { relative: 0.08 });
    await expectClose(tf.max(tf.abs(weight)), 0.2, { relative: 5e-3 });
    expect((await tf.max(tf.abs(weight)).data())[0]).toBeLessThanOrEqual(Math.fround(0.2));
  });

  it('leaves nothing behind, and refuses a layer without inputs', async () => {
    await expectNoLeak(() => linearUniform<tf.Rank.R1>(createRng(2), [3], 4));
    expect(() => linearUniform<tf.Rank.R1>(createRng(2), [3], 0)).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot initialise a linear layer as its number of inputs must be a positive integer: current value is 0]`);
  });
});
