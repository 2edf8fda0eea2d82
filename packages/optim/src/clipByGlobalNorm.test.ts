import { disposeTensors } from '@cxr-ifa/tensor';
import { expectClose, expectNoLeak } from '@cxr-ifa/testing';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { clipByGlobalNorm } from './clipByGlobalNorm.ts';
import { globalNorm } from './globalNorm.ts';

const gradients = new Map<string, tf.Tensor>([['a', tf.tensor1d([3, 0])], ['b', tf.tensor2d([[0, -4]])]]); // norm 5

describe('globalNorm', () => {
  it('is the norm of all elements together, grows with them, and is 0 of none', async () => {
    const [norm, twice, none] = tf.tidy(() => [globalNorm(gradients), globalNorm(new Map([...gradients].map(([name, value]) => [name, tf.mul(value, -2)]))), globalNorm(new Map())]);
    await expectClose(norm as tf.Tensor, 5);
    await expectClose(twice as tf.Tensor, 10);
    await expectClose(none as tf.Tensor, 0);
    disposeTensors([norm, twice, none] as tf.Tensor[]);
    await expectNoLeak(() => globalNorm(gradients));
  });
});

describe('clipByGlobalNorm', () => {
  it('shortens to the maximum, in the same direction', async () => {
    const { gradients: clipped, norm } = clipByGlobalNorm(gradients, 2);
    await expectClose(norm, 5);
    await expectClose(clipped.get('a') as tf.Tensor, [1.2, 0]);
    await expectClose(clipped.get('b') as tf.Tensor, [0, -1.6]);
    disposeTensors(clipped, [norm]);
  });

  it('leaves shorter gradients alone', async () => {
    const { gradients: clipped, norm } = clipByGlobalNorm(gradients, 5.1);
    for (const [name, gradient] of gradients) await expectClose(clipped.get(name) as tf.Tensor, gradient, { relative: 0, absolute: 0 });
    disposeTensors(clipped, [norm]);
  });

  it('does nothing a second time', async () => {
    const once = clipByGlobalNorm(gradients, 2);
    const twice = clipByGlobalNorm(once.gradients, 2);
    for (const [name, gradient] of once.gradients) await expectClose(twice.gradients.get(name) as tf.Tensor, gradient, { relative: 1e-6 });
    disposeTensors(once.gradients, twice.gradients, [once.norm, twice.norm]);
  });

  it('reports a norm that is not finite', async () => {
    const broken = new Map([['a', tf.tensor1d([1, NaN])]]);
    const { gradients: clipped, norm } = clipByGlobalNorm(broken, 1);
    expect((await norm.data())[0]).toBeNaN();
    disposeTensors(broken, clipped, [norm]);
  });

  it('leaves nothing behind, without gradients and on its error path too', async () => {
    await expectNoLeak(() => clipByGlobalNorm(gradients, 1));
    await expectNoLeak(() => clipByGlobalNorm(new Map(), 1));
    await expectNoLeak(() => {
      expect(() => clipByGlobalNorm(gradients, 0)).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot clip gradients as maximum must be above 0: current value is 0]`);
    });
  });
});
