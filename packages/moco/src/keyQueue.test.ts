import { expectClose, expectNoLeak } from '@cxr-ifa/testing';
import { createRng } from '@cxr-ifa/tensor';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { enqueue, initialiseQueue } from './keyQueue.ts';

describe('key queue', () => {
  it('starts as unit vectors that differ, and leaks nothing', async () => {
    const queue = initialiseQueue(createRng(1), 6, 16);
    await expectClose(tf.norm(queue, 2, 1), [1, 1, 1, 1, 1, 1]);
    const similarity = (await (tf.matMul(queue, queue, false, true) as tf.Tensor2D).array());
    expect(Math.max(...similarity.flatMap((row, i) => row.filter((_, j) => j !== i)))).toBeLessThan(0.9);
    await expectNoLeak(() => initialiseQueue(createRng(1), 6, 16));
  });

  it('replaces the oldest keys and comes round', async () => {
    const keys = (value: number): tf.Tensor2D => tf.fill([2, 1], value);
    let state = { queue: tf.zeros([6, 1]) as tf.Tensor2D, pointer: 0 };
    for (let value = 1; value <= 4; value++) state = enqueue(state.queue, state.pointer, keys(value));
    await expectClose(state.queue, [4, 4, 2, 2, 3, 3]);
    expect(state.pointer).toBe(2);
    const more = keys(5);
    await expectNoLeak(() => enqueue(state.queue, state.pointer, more).queue);
  });

  it('refuses a batch that does not divide the queue', () => {
    expect(() => enqueue(tf.zeros([6, 2]), 0, tf.zeros([4, 2]))).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot enqueue keys as the batch must divide the queue: current batch is 4, queue 6]`);
    expect(() => enqueue(tf.zeros([6, 2]), 3, tf.zeros([2, 2]))).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot enqueue keys as the pointer must be a multiple of the batch inside the queue: current pointer is 3, batch 2, queue 6]`);
    expect(() => enqueue(tf.zeros([6, 2]), 0, tf.zeros([2, 3]))).toThrow(TypeError);
  });
});
