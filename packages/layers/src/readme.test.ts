import { runReadme } from '@cxr-ifa/testing';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';

it('runs the README example', async () => {
  const { y, next } = (await runReadme(new URL('..', import.meta.url))) as { y: tf.Tensor; next: Map<string, tf.Tensor> };
  expect(y.shape).toEqual([4, 16, 16, 8]);
  expect((await tf.min(y).data())[0]).toBe(0);
  const variance = (await next.get('running_var')?.data()) as Float32Array;
  expect(variance).toHaveLength(8);
  for (const value of variance) expect(value).toBeGreaterThan(0.9); // 0.9 of the one it began with, and 0.1 of the batch's
});
