import { counterNormal, expectClose, expectGradients, expectNoLeak, fillParameters } from '@cxr-ifa/testing';
import { createRng, createVariables, disposeTensors } from '@cxr-ifa/tensor';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import golden from '../golden/feature-pyramid.json' with { type: 'json' };
import { featurePyramid } from './featurePyramid.ts';
import { featurePyramidParameters } from './featurePyramidParameters.ts';
import { upsampleNearest } from './upsampleNearest.ts';

const make = (stream: number, shape: [number, number, number, number]): tf.Tensor4D => tf.tensor4d(Float32Array.from(counterNormal(stream, shape.reduce((a, b) => a * b, 1))), shape);

/** Parameters and maps as tools/golden/feature_pyramid.py makes them. */
function inputs({ stream, inputs: widths, channels, sizes }: (typeof golden.cases)[number]): { parameters: Map<string, tf.Tensor>; maps: tf.Tensor4D[] } {
  const initial = new Map(featurePyramidParameters(createRng(1), { inputs: widths, channels }));
  return { parameters: fillParameters(initial, stream), maps: sizes.map(([height, width], level) => make(stream + 100 + level, [2, height!, width!, widths[level]!])) };
}

describe('featurePyramid', () => {
  it.each(golden.cases)('equals torchvision FeaturePyramidNetwork with LastLevelP6P7: $name', async (testCase) => {
    const { parameters, maps } = inputs(testCase);
    const levels = featurePyramid(parameters, maps);
    expect(levels.map(({ shape }) => shape)).toEqual(testCase.shapes);
    for (const [index, level] of levels.entries()) {
      await expectClose(tf.mean(level), testCase.means[index]!, { absolute: 1e-5 });
      await expectClose(tf.mean(tf.square(level)), testCase.norms[index]!);
      await expectClose(tf.slice(tf.reshape(level, [-1]), 0, testCase.levels[index]!.length), testCase.levels[index]!, { absolute: 1e-5 });
    }
    const gradients = tf.grads((...x) => tf.addN(featurePyramid(parameters, x as tf.Tensor4D[]).map((level) => tf.mean(tf.square(level)))))(maps);
    for (const [index, gradient] of gradients.entries()) await expectClose(tf.slice(tf.reshape(gradient, [-1]), gradient.size - testCase.gradients[index]!.length), testCase.gradients[index]!, { absolute: 1e-5 });
  });

  it('lets the finest level see what only the coarsest map shows', async () => {
    const { parameters, maps } = inputs(golden.cases[0]!);
    const [before] = featurePyramid(parameters, maps);
    const [after] = featurePyramid(parameters, [maps[0]!, maps[1]!, tf.add<tf.Tensor4D>(maps[2]!, 1)]);
    expect((await tf.max(tf.abs(tf.sub(after!, before!))).data())[0]).toBeGreaterThan(0.1);
  });

  it('starts with filters of variance 1 / fan-in, biases 0, the same for the same seed', async () => {
    const make = (seed: number): Map<string, tf.Tensor> => new Map(featurePyramidParameters(createRng(seed), { inputs: [64, 64, 64], channels: 64 }));
    const [first, again, other] = [make(1), make(1), make(2)];
    const name = 'fpn.layer_blocks.1.0.weight';
    const { variance } = tf.moments(first.get(name)!);
    await expectClose(variance, 1 / (9 * 64), { relative: 0.02 });
    await expectClose(again.get(name)!, first.get(name)!);
    expect((await tf.max(tf.abs(tf.sub(other.get(name)!, first.get(name)!))).data())[0]).toBeGreaterThan(0.01);
    await expectClose(first.get('fpn.extra_blocks.p7.bias')!, new Float32Array(64));
  });

  it('leaves nothing behind, and says what is missing', async () => {
    const { parameters, maps } = inputs(golden.cases[0]!);
    await expectNoLeak(() => featurePyramid(parameters, maps));
    await expectNoLeak(() => {
      const made = createVariables(() => featurePyramidParameters(createRng(1), { inputs: [1], channels: 2 }));
      disposeTensors(made);
    });
    await expectNoLeak(() => {
      expect(() => featurePyramid(new Map(), maps)).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot build a feature pyramid as every parameter must be given: fpn.inner_blocks.2.0.weight is missing]`);
    });
    expect(() => [...featurePyramidParameters(createRng(1), { inputs: [], channels: 2 })]).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot make a feature pyramid as inputs and channels must be positive integers: current values are [] and 2]`);
  });
});

describe('upsampleNearest', () => {
  const x = make(1, [2, 2, 3, 2]);

  it('repeats positions, by whole factors and others', async () => {
    const row = tf.tensor4d([1, 2, 3], [1, 1, 3, 1]);
    await expectClose(upsampleNearest(row, 2, 6), [1, 1, 2, 2, 3, 3, 1, 1, 2, 2, 3, 3]);
    await expectClose(upsampleNearest(row, 1, 5), [1, 1, 2, 2, 3]);
  });

  it.each([[4, 6], [6, 3], [3, 5]])('has the gradient of finite differences to %d x %d', async (height, width) => {
    await expectGradients((maps) => tf.sum(tf.square(upsampleNearest(maps as tf.Tensor4D, height, width))), [x]);
    await expectNoLeak(() => upsampleNearest(x, height, width));
  });

  it('refuses sizes that are none', () => {
    expect(() => upsampleNearest(x, 0, 4)).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot enlarge maps as height and width must be positive integers: current size is 0 x 4]`);
  });
});
