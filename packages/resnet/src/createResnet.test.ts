import { counterUniform, expectClose, expectNoLeak, fillParameters } from '@cxr-ifa/testing';
import { createRng, createVariables, disposeTensors, valueAndGradients, type EncodeOptions, type Encoded, type Parameters, type Statistics } from '@cxr-ifa/tensor';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import golden from '../golden/resnet.json' with { type: 'json' };
import { createResnet } from './createResnet.ts';
import type { Architecture } from './planResnet.ts';

const uniform = (stream: number, shape: number[], low = 0, high = 1): tf.Tensor =>
  tf.tensor(Float32Array.from(counterUniform(stream, shape.reduce((a, b) => a * b, 1)), (u) => low + (high - low) * u), shape);

/** An encoder with the weights that the maker script gave PyTorch's. */
function filled(architecture: Architecture, width: number) {
  const encoder = createResnet({ architecture, width });
  const initial = encoder.initialise(createRng(1));
  const parameters: Parameters = createVariables(() => fillParameters(initial.parameters, 0));
  const statistics: Statistics = fillParameters(initial.statistics, 1000);
  disposeTensors(initial.parameters, initial.statistics);
  return { encoder, parameters, statistics };
}

const mapsOf = ({ stages, features }: Encoded): [string, tf.Tensor][] => [...Object.entries(stages).map(([name, map]): [string, tf.Tensor] => [`stage ${name}`, map]), ['features', features]];

describe('createResnet', () => {
  it.each(golden.cases)('equals float64 PyTorch: $architecture, $groups groups, training $training', async ({ architecture, width, groups, training, imageStream, loss: wantedLoss, tensors }) => {
    const { encoder, parameters, statistics } = filled(architecture as Architecture, width);
    const images = uniform(imageStream, [golden.batch, golden.size, golden.size, 1]) as tf.Tensor4D;
    const { loss, gradients, auxiliary } = valueAndGradients(() => {
      const encoded = encoder.encode(parameters, statistics, images, { training, groups });
      const maps = mapsOf(encoded);
      const means = maps.map(([, map], index) => tf.mean(tf.mul(map, uniform(2000 + index, map.shape, -1, 1))));
      const found = [...(encoded.batchStatistics ?? [])].map(([name, statistic]): [string, tf.Tensor] => [`statistic ${name}`, statistic]);
      return { loss: tf.addN(means), auxiliary: Object.fromEntries([...maps, ...found]) };
    }, parameters);

    await expectClose(loss, wantedLoss, { relative: 0, absolute: 1e-5 }); // its terms are of size 1, and cancel
    const actual = { ...auxiliary, ...Object.fromEntries([...gradients].map(([name, gradient]) => [`gradient ${name}`, gradient])) };
    expect(Object.keys(actual).sort()).toEqual(Object.keys(tensors).sort());
    for (const [name, wanted] of Object.entries(tensors as unknown as Record<string, number[]>)) {
      const [norm, ...samples] = wanted as [number, ...number[]];
      const values = await (actual[name] as tf.Tensor).data();
      const found = [Math.hypot(...values), ...samples.map((_, i) => values[Math.floor(((2 * i + 1) * values.length) / (2 * samples.length))] as number)];
      const tolerance = (name.startsWith('gradient') ? 1e-3 : 1e-4) * norm;
      await expectClose(found, wanted, { relative: 0, absolute: tolerance }).catch((error: unknown) => {
        throw new Error(`${name}, of norm ${norm}`, { cause: error });
      });
    }
    disposeTensors([images, loss], gradients, auxiliary, parameters, statistics);
  });
});

describe('createResnet', () => {
  const { encoder, parameters, statistics } = filled('resnet18', 4);
  const images = uniform(1, [4, 32, 32, 1]) as tf.Tensor4D;

  it('names parameters and statistics as torchvision, in its order', () => {
    const { parameters: initial, statistics: initialStatistics } = createResnet({ architecture: 'resnet50', width: 2, inputChannels: 3 }).initialise(createRng(1));
    const names = [...initial.keys()];
    expect(names.slice(0, 3)).toEqual(['conv1.weight', 'bn1.weight', 'bn1.bias']);
    expect(names.slice(9, 15)).toEqual(['layer1.0.conv3.weight', 'layer1.0.bn3.weight', 'layer1.0.bn3.bias', 'layer1.0.downsample.0.weight', 'layer1.0.downsample.1.weight', 'layer1.0.downsample.1.bias']);
    expect(names).toHaveLength(159);
    expect([...initialStatistics.keys()].slice(0, 2)).toEqual(['bn1.running_mean', 'bn1.running_var']);
    expect(initialStatistics.size).toBe(106);
    expect(initial.get('conv1.weight')?.shape).toEqual([7, 7, 3, 2]);
    disposeTensors(initial, initialStatistics);
  });

  it('describes its stages as they come out', async () => {
    const encoded = encoder.encode(parameters, statistics, images, { training: false });
    expect(Object.entries(encoded.stages).map(([name, { shape }]) => ({ name, channels: shape[3], stride: 32 / shape[1] }))).toEqual(encoder.stages);
    expect(encoder.stages.map(({ name }) => name)).toEqual(['stem', 'layer1', 'layer2', 'layer3', 'layer4']);
    expect(encoded.features.shape).toEqual([4, encoder.featureSize]);
    expect(encoded.batchStatistics).toBeUndefined();
    disposeTensors(encoded.stages, [encoded.features]);
  });

  it('takes images of odd height and width', () => {
    const { stages, features } = encoder.encode(parameters, statistics, uniform(2, [1, 37, 50, 1]) as tf.Tensor4D, { training: false });
    expect(Object.values(stages).map(({ shape }) => shape.slice(1, 3))).toEqual([[19, 25], [10, 13], [5, 7], [3, 4], [2, 2]]);
    disposeTensors(stages, [features]);
  });

  it('initialises from the generator alone', async () => {
    const [a, b, c] = [1, 1, 2].map((seed) => encoder.initialise(createRng(seed))) as [ReturnType<typeof encoder.initialise>, ReturnType<typeof encoder.initialise>, ReturnType<typeof encoder.initialise>];
    const filter = (from: typeof a): tf.Tensor => from.parameters.get('layer4.1.conv2.weight') as tf.Tensor;
    await expectClose(filter(a), filter(b), { relative: 0, absolute: 0 });
    await expect(expectClose(filter(a), filter(c))).rejects.toThrow('expected');
    const { mean, variance } = tf.moments(filter(a)); // 9 * 32 * 32 = 9216 draws
    await expectClose(mean, 0, { absolute: 3e-3 });
    await expectClose(variance, 2 / (9 * 32), { relative: 0.05 });
    await expectClose(a.parameters.get('layer4.1.bn2.weight') as tf.Tensor, tf.ones([32])); // no zero for a block's last scale
    for (const made of [a, b, c]) disposeTensors(made.parameters, made.statistics);
  });

  it.each(['stem', 'layer1', 'layer2', 'layer3', 'layer4'])('continues after %s as the whole pass does', async (stage) => {
    for (const training of [true, false]) {
      const whole = encoder.encode(parameters, statistics, images, { training, groups: 2 });
      const rest = encoder.encode(parameters, statistics, images, { training, groups: 2, from: { stage, map: whole.stages[stage] as tf.Tensor4D } });
      const after = encoder.stages.slice(encoder.stages.findIndex(({ name }) => name === stage) + 1).map(({ name }) => name);
      expect(Object.keys(rest.stages)).toEqual(after);
      for (const [name, map] of mapsOf(rest)) await expectClose(map, new Map(mapsOf(whole)).get(name) as tf.Tensor, { relative: 0, absolute: 0 });
      for (const [name, statistic] of rest.batchStatistics ?? []) await expectClose(statistic, whole.batchStatistics?.get(name) as tf.Tensor, { relative: 0, absolute: 0 });
      expect(rest.batchStatistics?.size ?? 0).toBe(training ? 2 * after.reduce((units, name) => units + (name === 'layer1' ? 4 : 5), 0) : 0);
      for (const { stages, features, batchStatistics } of [whole, rest]) disposeTensors(stages, [features], batchStatistics ?? []);
    }
  });

  it('goes stage by stage as it goes at once', async () => {
    const whole = encoder.encode(parameters, statistics, images, { training: true, groups: 2 });
    const found: tf.Tensor[] = [];
    let from: NonNullable<EncodeOptions['from']> | undefined;
    for (const { name, channels } of encoder.stages) {
      const { stages, features, batchStatistics } = encoder.encode(parameters, statistics, images, { training: true, groups: 2, ...(from && { from }), to: name });
      expect(Object.keys(stages)).toEqual([name]);
      expect(features.shape).toEqual([4, channels]);
      const map = stages[name] as tf.Tensor4D;
      await expectClose(map, whole.stages[name] as tf.Tensor, { relative: 0, absolute: 0 });
      for (const [statistic, value] of batchStatistics ?? []) await expectClose(value, whole.batchStatistics?.get(statistic) as tf.Tensor, { relative: 0, absolute: 0 });
      from = { stage: name, map };
      found.push(map, features, ...(batchStatistics?.values() ?? []));
    }
    await expectClose(found.filter(({ rank }) => rank === 2).at(-1) as tf.Tensor, whole.features, { relative: 0, absolute: 0 });
    const first = encoder.encode(parameters, statistics, images, { training: false, to: 'layer2' });
    expect(Object.keys(first.stages)).toEqual(['stem', 'layer1', 'layer2']);
    disposeTensors(found, whole.stages, [whole.features], whole.batchStatistics ?? [], first.stages, [first.features]);
  });

  it('encodes groups as separate batches', async () => {
    const whole = encoder.encode(parameters, statistics, images, { training: true, groups: 2 });
    const halves = [0, 2].map((start) => encoder.encode(parameters, statistics, tf.slice(images, start, 2), { training: true }));
    await expectClose(whole.features, tf.concat(halves.map(({ features }) => features)), { absolute: 1e-5 });
    await expectClose(whole.stages['layer2'] as tf.Tensor, tf.concat(halves.map(({ stages }) => stages['layer2'] as tf.Tensor)), { absolute: 1e-5 });
    for (const name of ['bn1.running_mean', 'layer3.1.bn2.running_var']) {
      await expectClose(whole.batchStatistics?.get(name) as tf.Tensor, tf.mean(tf.stack(halves.map(({ batchStatistics }) => batchStatistics?.get(name) as tf.Tensor)), 0), { relative: 1e-4 });
    }
  });

  it('encodes each image by itself when not training', async () => {
    const whole = encoder.encode(parameters, statistics, images, { training: false });
    const one = encoder.encode(parameters, statistics, tf.slice(images, 2, 1), { training: false });
    await expectClose(one.features, tf.slice(whole.features, 2, 1), { absolute: 1e-6 });
  });

  it('leaves nothing behind, in and out of training, inside and outside a tape', async () => {
    await expectNoLeak(() => encoder.encode(parameters, statistics, images, { training: true, groups: 2 }));
    await expectNoLeak(() => encoder.encode(parameters, statistics, images, { training: false }));
    await expectNoLeak(() => encoder.initialise(createRng(1)));
    await expectNoLeak(() =>
      valueAndGradients(() => {
        const { features, batchStatistics } = encoder.encode(parameters, statistics, images, { training: true, groups: 2 });
        return { loss: tf.sum(features), auxiliary: Object.fromEntries(batchStatistics ?? []) };
      }, parameters),
    );
  });

  it('refuses what it cannot create or encode, and leaves nothing behind', async () => {
    expect(() => createResnet({ architecture: 'resnet17' as 'resnet18' })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot create a ResNet as the architecture must be one of resnet18, resnet34, resnet50, resnet101: current value is resnet17]`);
    expect(() => createResnet({ architecture: 'resnet18', width: 0.5 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot create a ResNet as the width must be a positive integer: current value is 0.5]`);
    expect(() => createResnet({ architecture: 'resnet18', inputChannels: 2 as 3 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot create a ResNet as the input channels must be 1 or 3: current value is 2]`);
    const encode = (options: EncodeOptions, given: Parameters = parameters): Encoded => encoder.encode(given, statistics, images, options);
    const rest = new Map([...parameters].filter(([name]) => name !== 'layer2.0.conv1.weight'));
    const map = tf.zeros<tf.Rank.R4>([4, 8, 8, 3]);
    await expectNoLeak(() => {
      expect(() => encode({ training: true, groups: 3 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot normalise by the batch as the batch must be divisible by 3 groups: current size is 4]`);
      expect(() => encode({ training: true }, rest)).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot encode as every tensor of the architecture must be given: layer2.0.conv1.weight is missing]`);
      expect(() => encode({ training: true, from: { stage: 'layer5', map } })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot encode from a stage as it must be one of stem, layer1, layer2, layer3, layer4: current value is layer5]`);
      expect(() => encode({ training: true, to: 'layer0' })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot encode to a stage as it must be one of stem, layer1, layer2, layer3, layer4: current value is layer0]`);
      expect(() => encode({ training: true, from: { stage: 'layer2', map }, to: 'layer2' })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot encode as the last stage must come after the one to continue from: current stages are layer2 and layer2]`);
      expect(() => encode({ training: true, from: { stage: 'layer1', map } })).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot encode as layer1 must have shape [N=4, H=8, W=8, 4]: current shape is [4, 8, 8, 3]]`);
      expect(() => encoder.encode(parameters, statistics, map, { training: false })).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot encode as images must have shape [N=4, H=8, W=8, 1]: current shape is [4, 8, 8, 3]]`);
    });
  });
});
