import { expectClose, expectNoLeak } from '@cxr-ifa/testing';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it } from 'vitest';
import { createVariables } from './createVariables.ts';
import { disposeTensors } from './disposeTensors.ts';
import { valueAndGradients } from './valueAndGradients.ts';

const parameters = createVariables(() => [
  ['w', tf.tensor1d([1, 2, 3])],
  ['unused', tf.scalar(5)],
  ['b', tf.scalar(0.5)],
]);
const variable = (name: string): tf.Variable => parameters.get(name) as tf.Variable;
const loss = () => ({ loss: tf.sum(tf.square(tf.add(variable('w'), variable('b')))), auxiliary: { doubled: tf.mul(variable('w'), 2) } });

describe('valueAndGradients', () => {
  const made: tf.Tensor[] = [];
  afterEach(() => disposeTensors(made.splice(0)));

  it('returns loss, gradients by our names, and the auxiliary tensors', async () => {
    const result = valueAndGradients(loss, new Map([['w', variable('w')], ['b', variable('b')]]));
    made.push(result.loss, ...result.gradients.values(), result.auxiliary.doubled);
    await expectClose(result.loss, 1.5 ** 2 + 2.5 ** 2 + 3.5 ** 2);
    await expectClose(result.gradients.get('w') as tf.Tensor, [3, 5, 7]);
    await expectClose(result.gradients.get('b') as tf.Tensor, 15);
    await expectClose(result.auxiliary.doubled, [2, 4, 6]);
  });

  it('does not differentiate what was computed before the call', async () => {
    const before = tf.mul(variable('w'), 2);
    const { loss: value, gradients } = valueAndGradients(() => ({ loss: tf.sum(tf.mul(variable('w'), before)), auxiliary: {} }), new Map([['w', variable('w')]]));
    made.push(before, value, ...gradients.values());
    await expectClose(gradients.get('w') as tf.Tensor, [2, 4, 6]);
  });

  it('leaves nothing behind, on its error paths too', async () => {
    const only = new Map([['w', variable('w')]]);
    await expectNoLeak(() => valueAndGradients(loss, only));
    await expectNoLeak(() => {
      expect(() => valueAndGradients(() => ({ loss: tf.square(variable('w')), auxiliary: { kept: tf.scalar(1) } }), only)).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot differentiate a loss as it must be a scalar: current shape is [3]]`);
    });
  });
});

describe('createVariables', () => {
  it('leaves one tensor a parameter and refuses a name twice', async () => {
    const before = tf.memory().numTensors;
    const made = createVariables(() => [['a', tf.zeros([2])], ['b', tf.zeros([2])]]);
    expect(tf.memory().numTensors - before).toBe(2);
    disposeTensors(made);
    expect(tf.memory().numTensors).toBe(before);
    expect(() => createVariables(() => [['a', tf.zeros([2])], ['a', tf.zeros([2])]])).toThrow('a appears twice');
  });
});
