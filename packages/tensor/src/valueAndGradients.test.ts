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

  it('equals tf.variableGrads where paths meet, an operation takes a tensor twice, and one has several outputs', async () => {
    const f = (): tf.Scalar => {
      const [w, b] = [variable('w'), variable('b')];
      const [first, , third] = tf.unstack(tf.mul(w, w)) as tf.Scalar[];
      return tf.add(tf.add(tf.sum(tf.mul(tf.exp(w), b)), tf.mul(first as tf.Scalar, b)), tf.square(tf.sub(third as tf.Scalar, tf.sum(w)))) as tf.Scalar;
    };
    const expected = tf.variableGrads(f, [variable('w'), variable('b')]);
    const { loss: value, gradients } = valueAndGradients(() => ({ loss: f(), auxiliary: {} }), new Map([['w', variable('w')], ['b', variable('b')]]));
    made.push(expected.value, ...Object.values(expected.grads), value, ...gradients.values());
    await expectClose(value, expected.value, { absolute: 0, relative: 0 });
    for (const name of ['w', 'b']) await expectClose(gradients.get(name) as tf.Tensor, expected.grads[variable(name).name] as tf.Tensor, { absolute: 0, relative: 0 });
  });

  it('differentiates inside another tape', async () => {
    const only = new Map([['w', variable('w')]]);
    const cubes = (): tf.Scalar => tf.sum(tf.pow(variable('w'), 3)) as tf.Scalar;
    const two = tf.scalar(2);
    const derivative = (): tf.Tensor =>
      tf.grad((scale) => {
        const { gradients } = valueAndGradients(() => ({ loss: tf.mul(cubes(), scale), auxiliary: {} }), only);
        return tf.sum(tf.mul(gradients.get('w') as tf.Tensor, scale));
      })(two);
    await expectNoLeak(derivative);
    made.push(two, derivative());
    await expectClose(made.at(-1) as tf.Tensor, 2 * 2 * 3 * (1 + 4 + 9)); // d/ds of s^2 sum 3 w^2
  });

  it('frees maps and gradients on the way back', () => {
    const counts: number[] = [];
    const watch = tf.customGrad((x) => ({ value: tf.clone(x as tf.Tensor), gradFunc: (dy) => (counts.push(tf.memory().numTensors), tf.clone(dy)) }));
    const chain = (): tf.Scalar => {
      let map = watch(variable('w'));
      for (let layer = 0; layer < 10; layer++) map = tf.sin(map);
      return tf.sum(watch(map)) as tf.Scalar;
    };
    const { loss: value, gradients } = valueAndGradients(() => ({ loss: chain(), auxiliary: {} }), new Map([['w', variable('w')]]));
    made.push(value, ...gradients.values());
    const [atTheTop, atTheBottom] = counts as [number, number];
    expect(atTheTop - atTheBottom).toBe(10); // the ten maps that the sines had saved
  });

  it('differentiates a gradient, also with respect to what was computed from the parameters', async () => {
    const w = tf.variable(tf.tensor1d([1, -2]));
    const { gradients } = valueAndGradients(() => {
      const x = tf.mul(w, 3);
      const inner = valueAndGradients(() => ({ loss: tf.sum(tf.mul(tf.square(x), x)), auxiliary: {} }), new Map([['x', x as tf.Variable]]));
      return { loss: tf.sum(inner.gradients.get('x') as tf.Tensor), auxiliary: {} }; // the sum of 3 (3 w)^2
    }, new Map([['w', w]]));
    await expectClose(gradients.get('w') as tf.Tensor, [54, -108]);
  });

  it('names what cannot be differentiated', async () => {
    await expectNoLeak(() => {
      expect(() => valueAndGradients(() => ({ loss: tf.sum(tf.square(variable('b'))), auxiliary: {} }), new Map([['w', variable('w')]]))).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot differentiate a loss as it must depend on a parameter: it depends on none of those given]`);
    });
    await expectNoLeak(() => {
      expect(() => valueAndGradients(() => ({ loss: tf.sum(tf.cumprod(variable('w'))), auxiliary: {} }), new Map([['w', variable('w')]]))).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot differentiate Cumprod as no gradient is registered for it: import '@cxr-ifa/gradients', or compute it before the tape]`);
    });
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
