import { disposeTensors } from '@cxr-ifa/tensor';
import { expectClose, expectNoLeak } from '@cxr-ifa/testing';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { updateMomentum } from './updateMomentum.ts';

const keys = new Map<string, tf.Tensor>([['w', tf.tensor1d([1, 2])], ['b', tf.scalar(4)]]);
const queries = new Map<string, tf.Tensor>([['predictor', tf.scalar(9)], ['b', tf.scalar(0)], ['w', tf.tensor1d([3, -2])]]);

describe('updateMomentum', () => {
  it('moves each key towards the query of its name, whatever the order', async () => {
    const next = updateMomentum(keys, queries, 0.75);
    expect([...next.keys()]).toEqual(['w', 'b']);
    await expectClose(next.get('w') as tf.Tensor, [1.5, 1]);
    await expectClose(next.get('b') as tf.Tensor, 3);
    disposeTensors(next);
  });

  it('copies at 0 and keeps at 1', async () => {
    const [copied, kept] = [updateMomentum(keys, queries, 0), updateMomentum(keys, queries, 1)];
    await expectClose(copied.get('w') as tf.Tensor, [3, -2]);
    await expectClose(kept.get('w') as tf.Tensor, [1, 2]);
    disposeTensors(copied, kept);
  });

  it('comes within momentum^n of the query after n updates', async () => {
    let current = updateMomentum(keys, queries, 0.9);
    for (let n = 1; n < 20; n++) {
      const next = updateMomentum(current, queries, 0.9);
      disposeTensors(current);
      current = next;
    }
    await expectClose(current.get('b') as tf.Tensor, 4 * 0.9 ** 20);
    disposeTensors(current);
  });

  it('names what does not fit, and leaves nothing behind', async () => {
    const misshapen = new Map([...queries, ['w', tf.ones([3])] as const]);
    await expectNoLeak(() => updateMomentum(keys, queries, 0.999));
    await expectNoLeak(() => updateMomentum(new Map(), queries, 0.999));
    await expectNoLeak(() => {
      expect(() => updateMomentum(keys, new Map(), 0.9)).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot update the momentum encoder as each key must have a query of its name: current key is w]`);
      expect(() => updateMomentum(keys, misshapen, 0.9)).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot update the momentum encoder as the query w must have shape [2]: current shape is [3]]`);
      expect(() => updateMomentum(keys, queries, 1.1)).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot update the momentum encoder as momentum must be from 0 to 1: current value is 1.1]`);
    });
    misshapen.get('w')?.dispose();
  });
});
