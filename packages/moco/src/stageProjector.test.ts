import { barlowTwins, kakuBarlow } from '@cxr-ifa/losses';
import { createRng, createVariables, disposeTensors, type Parameters } from '@cxr-ifa/tensor';
import { counterNormal, expectClose, expectGradients, expectNoLeak } from '@cxr-ifa/testing';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import golden from '../golden/stage-projector.json' with { type: 'json' };
import { createStageProjector } from './stageProjector.ts';

const { rows, channels, sizes, stream } = golden;
const projector = createStageProjector({ stages: [{ name: 'late', channels }], sizes });
const normal = (from: number, shape: number[]): tf.Tensor => tf.tensor(Float32Array.from(counterNormal(from, tf.util.sizeFromShape(shape))), shape);
const [query, key] = [normal(stream, [rows, channels]), normal(stream + 1, [rows, channels])] as [tf.Tensor2D, tf.Tensor2D];

/** The parameters as tools/golden/stage_projector.py fills them. */
function fill(parameters: Parameters): Parameters {
  return createVariables(() => [...parameters].map(([name, { shape, rank }], i) => [name, tf.add(tf.mul(normal(stream + 2 + i, shape), 0.5), rank === 1 && name.endsWith('weight') ? 1 : 0)] as const));
}
const parameters = fill(projector.initialise(createRng(1)));
const loss = (by: Parameters, x: tf.Tensor2D, y: tf.Tensor2D): tf.Scalar => barlowTwins(projector.project(by, x, 'late'), projector.project(by, y, 'late'), kakuBarlow).loss;

describe('createStageProjector', () => {
  it('equals PyTorch in projections, in the Barlow loss of both sides, and in its gradients', async () => {
    await expectClose(projector.project(parameters, query, 'late'), golden.projection);
    await expectClose(loss(parameters, query, key), golden.loss, { absolute: 0 });
    const absolute = 1e-5 * Math.max(...golden.gradient.map(Math.abs));
    await expectClose(tf.grad((x) => loss(parameters, x as tf.Tensor2D, key))(query), golden.gradient, { relative: 1e-4, absolute });
    const names = [...parameters.keys()];
    expect(names).toEqual(Object.keys(golden.gradients).map((name) => `late.${name}`));
    const gradients = tf.grads((...values) => loss(new Map(names.map((name, i) => [name, values[i] as tf.Variable])), query, key))([...parameters.values()]);
    for (const [i, expected] of Object.values(golden.gradients).entries()) await expectClose(gradients[i]!, expected, { relative: 1e-4, absolute: 1e-5 * Math.max(...expected.map(Math.abs)) });
  });

  it('is one matrix where it has one layer, and its identity changes nothing', async () => {
    const single = createStageProjector({ stages: [{ name: 'late', channels }], sizes: [channels] });
    await expectClose(single.project(new Map([['late.0.weight', tf.variable(tf.eye(channels))]]), query, 'late'), query);
  });

  it('agrees with finite differences', () => expectGradients((x) => tf.mean(tf.square(projector.project(parameters, x as tf.Tensor2D, 'late'))), [query]));

  it('does not depend on scale and order of the batch but for its order', async () => {
    const order = [4, 2, 0, 1, 3];
    const projected = projector.project(parameters, query, 'late');
    await expectClose(projector.project(parameters, tf.gather(query, order), 'late'), tf.gather(projected, order));
    await expectClose(projector.project(parameters, tf.mul(query, 100), 'late'), projector.project(parameters, tf.mul(query, 1000), 'late'), { relative: 1e-3 }); // batch-norm undoes it
  });

  it('makes a projector a stage, the same from the same seed, and leaves nothing behind', async () => {
    const two = createStageProjector({ stages: [{ name: 'early', channels: 3 }, { name: 'late', channels: 4 }], sizes: [5, 2] });
    const made = two.initialise(createRng(7));
    expect([...made].map(([name, { shape }]) => `${name} [${shape.join(', ')}]`)).toEqual([
      'early.0.weight [5, 3]', 'early.1.weight [5]', 'early.1.bias [5]', 'early.3.weight [2, 5]', 'late.0.weight [5, 4]', 'late.1.weight [5]', 'late.1.bias [5]', 'late.3.weight [2, 5]',
    ]);
    await expectClose(two.initialise(createRng(7)).get('late.3.weight')!, made.get('late.3.weight')!);
    await expectNoLeak(() => projector.project(parameters, query, 'late'));
    await expectNoLeak(() => disposeTensors(two.initialise(createRng(7))));
    const narrow = tf.slice(query, [0, 0], [rows, 3]);
    await expectNoLeak(() => {
      expect(() => projector.project(parameters, narrow, 'late')).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot apply a linear layer as weight must have shape [O=6, I=3]: current shape is [6, 4]]`);
    });
  });
});
