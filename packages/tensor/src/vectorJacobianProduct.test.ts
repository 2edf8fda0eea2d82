import { expectClose, expectNoLeak } from '@cxr-ifa/testing';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { disposeTensors } from './disposeTensors.ts';
import { vectorJacobianProduct } from './vectorJacobianProduct.ts';

const x = tf.tensor2d([[1, -2, 0.5], [0.3, 2, -1]]);
const w = tf.tensor2d([[0.2, 1], [-1, 0.4], [0.7, -0.6]]);
const weights = tf.tensor2d([[1, -2], [3, 0.5]]);
const part = (): tf.Tensor => tf.tanh(tf.matMul(x, w)); // [2, 2]
const sources = new Map<string, tf.Tensor>([['x', x], ['w', w]]);
const exact = { absolute: 0, relative: 0 };

describe('vectorJacobianProduct', () => {
  it('is the gradient of the weighted sum', async () => {
    const found = vectorJacobianProduct(part, weights, sources);
    const [dx, dw] = tf.grads((a: tf.Tensor, b: tf.Tensor) => tf.sum(tf.mul(tf.tanh(tf.matMul(a, b)), weights)))([x, w] as never) as [tf.Tensor, tf.Tensor];
    await expectClose(found.get('x') as tf.Tensor, dx, exact);
    await expectClose(found.get('w') as tf.Tensor, dw, exact);
    disposeTensors(found, [dx, dw]);
  });

  it('goes through a network part by part as through the whole', async () => {
    const inner = tf.matMul(x, w);
    const last = vectorJacobianProduct(() => tf.tanh(inner), weights, new Map([['inner', inner]]));
    const first = vectorJacobianProduct(() => tf.matMul(x, w), last.get('inner') as tf.Tensor, sources);
    const whole = vectorJacobianProduct(part, weights, sources);
    for (const name of ['x', 'w']) await expectClose(first.get(name) as tf.Tensor, whole.get(name) as tf.Tensor, exact);
    disposeTensors([inner], last, first, whole);
  });

  it('agrees with finite differences, is linear in its weights, and knows the identity', async () => {
    const along = tf.tensor2d([[0.4, -0.3, 0.5], [0.2, 0.6, -0.3]]);
    const shifted = (by: number): tf.Tensor => tf.sum(tf.mul(tf.tanh(tf.matMul(tf.add(x, tf.mul(along, by)) as tf.Tensor2D, w)), weights));
    const [once, twice] = [weights, tf.mul(weights, 2)].map((given) => vectorJacobianProduct(part, given, sources)) as [Map<string, tf.Tensor>, Map<string, tf.Tensor>];
    const ofX = once.get('x') as tf.Tensor;
    await expectClose(tf.sum(tf.mul(ofX, along)), tf.div(tf.sub(shifted(1e-2), shifted(-1e-2)), 2e-2), { relative: 1e-3 });
    await expectClose(tf.mul(ofX, 2), twice.get('x') as tf.Tensor);
    const own = vectorJacobianProduct(() => x, x, new Map([['x', x], ['w', w]]));
    expect([...own.keys()]).toEqual(['x']);
    await expectClose(own.get('x') as tf.Tensor, x, exact);
    disposeTensors(own);
    expect(x.isDisposed).toBe(false);
  });

  it('leaves nothing behind, on its error path too', async () => {
    await expectNoLeak(() => disposeTensors(vectorJacobianProduct(part, weights, sources)));
    await expectNoLeak(() => {
      expect(() => vectorJacobianProduct(part, x, sources)).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot differentiate an output as its weights must have its shape [2, 2]: current shape is [2, 3]]`);
      expect(() => vectorJacobianProduct(() => tf.tanh(weights), weights, sources)).toThrow('it must depend on a parameter');
    });
  });
});
