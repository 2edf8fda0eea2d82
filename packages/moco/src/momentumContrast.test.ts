import { convolution2d, kaimingNormal } from '@cxr-ifa/layers';
import { ifaPresets } from '@cxr-ifa/losses';
import { adamW, sgd } from '@cxr-ifa/optim';
import { createRng, createVariables, disposeTensors, type Encoder, type Rng } from '@cxr-ifa/tensor';
import { expectClose, expectNoLeak } from '@cxr-ifa/testing';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it } from 'vitest';
import { MomentumContrast, type MomentumContrastOptions } from './momentumContrast.ts';
import { train } from './train.ts';
import type { Views } from './views.ts';

/** An encoder that is no ResNet: two strided convolutions without batch-norm. */
const tinyEncoder: Encoder = {
  stages: [{ name: 'early', channels: 4, stride: 2 }, { name: 'late', channels: 6, stride: 4 }],
  featureSize: 6,
  inputChannels: 1,
  initialise: (rng) => ({
    parameters: createVariables(() => [['early', kaimingNormal(rng, [3, 3, 1, 4])], ['late', kaimingNormal(rng, [3, 3, 4, 6])]]),
    statistics: new Map(),
  }),
  encode: (parameters, _statistics, images, { training }) => ({
    ...tf.tidy(() => {
      const filter = (name: string): tf.Tensor4D => parameters.get(name) as unknown as tf.Tensor4D;
      const early: tf.Tensor4D = tf.relu(convolution2d(images, filter('early'), { stride: 2 }));
      const late: tf.Tensor4D = tf.relu(convolution2d(early, filter('late'), { stride: 2 }));
      return { stages: { early, late }, features: tf.mean(late, [1, 2]) as tf.Tensor2D };
    }),
    ...(training && { batchStatistics: new Map() }),
  }),
};

const ifa = [{ stage: 'early', target: 0.3, weight: 1 }, { stage: 'late', target: 1, weight: 1 }];
const made: { dispose(): void }[] = [];
afterEach(() => made.splice(0).forEach((one) => one.dispose()));

function create(options: Partial<MomentumContrastOptions> = {}): MomentumContrast {
  const momentumContrast = new MomentumContrast({ encoder: tinyEncoder, optimizer: sgd(), ifa, queueSize: 16, rng: createRng(1), ...options });
  made.push(momentumContrast);
  return momentumContrast;
}

/** Waves of a frequency and a direction of each image's own, with other noise in each view. */
function views(rng: Rng, images = 4): Views {
  const waves = Array.from({ length: images }, (_, image) => [rng.fork('x', image).uniform(0, 1.5), rng.fork('y', image).uniform(0, 1.5)] as const);
  const render = (noise: Rng): tf.Tensor4D => {
    const pixels = waves.flatMap(([x, y]) => Array.from({ length: 256 }, (_, i) => Math.sin(x * (i % 16) + y * Math.floor(i / 16)) + 0.1 * noise.normal()));
    return tf.tensor4d(Float32Array.from(pixels), [images, 16, 16, 1]);
  };
  const pair = { query: render(rng.fork('query')), key: render(rng.fork('key')) };
  made.push(pair.query, pair.key);
  return pair;
}

async function values(momentumContrast: MomentumContrast): Promise<Map<string, Float32Array>> {
  const { tensors } = momentumContrast.snapshot();
  return new Map(await Promise.all([...tensors].map(async ([name, tensor]) => [name, (await tensor.data()) as Float32Array] as const)));
}

describe('MomentumContrast', () => {
  it('trains an encoder that is no ResNet, and logs every term', async () => {
    const momentumContrast = create();
    const losses: number[] = [];
    for (let step = 0; step < 40; step++) {
      const log = await momentumContrast.trainStep(views(createRng(step)), { learningRate: 0.1 });
      expect(log.loss).toBeCloseTo(log.infoNce + log['ifa.early']! + log['ifa.late']!, 5);
      losses.push(log.loss);
    }
    expect(momentumContrast.step).toBe(40);
    const mean = (window: number[]): number => window.reduce((a, b) => a + b) / window.length;
    expect(mean(losses.slice(-10))).toBeLessThan(mean(losses.slice(5, 15))); // the queue holds real keys from step 4 on
  });

  it('moves the key encoder before it encodes, by m key + (1 - m) query', async () => {
    const momentumContrast = create({ momentum: 0.75 });
    await momentumContrast.trainStep(views(createRng(1)), { learningRate: 0.1 });
    const [before, query] = [await values(momentumContrast), await values(momentumContrast)];
    await momentumContrast.trainStep(views(createRng(2)), { learningRate: 0.1 });
    const after = await values(momentumContrast);
    const expected = Array.from(before.get('encoder_k.late')!, (key, i) => 0.75 * key + 0.25 * query.get('encoder_q.late')![i]!);
    await expectClose(after.get('encoder_k.late')!, expected);
    expect([...after.keys()].filter((name) => !name.startsWith('encoder_') && !name.startsWith('head_'))).toEqual([
      'momentum.encoder_q.early', 'momentum.encoder_q.late', 'momentum.head_q.0.weight', 'momentum.head_q.0.bias', 'momentum.head_q.2.weight', 'momentum.head_q.2.bias', 'queue',
    ]);
  });

  it('goes on from a snapshot to the same bits', async () => {
    for (const optimizer of [sgd(), adamW()]) {
      const unbroken = create({ optimizer });
      for (let step = 0; step < 3; step++) await unbroken.trainStep(views(createRng(step)), { learningRate: 0.05 });
      const resumed = create({ optimizer, rng: createRng(1) });
      const { tensors, state } = unbroken.snapshot();
      resumed.restore({ tensors: new Map([...tensors].map(([name, tensor]) => [name, tensor.clone()])), state: JSON.parse(JSON.stringify(state)) });
      for (let step = 3; step < 5; step++) {
        const [a, b] = [await unbroken.trainStep(views(createRng(step)), { learningRate: 0.05 }), await resumed.trainStep(views(createRng(step)), { learningRate: 0.05 })];
        expect(b).toEqual(a);
      }
      expect(await values(resumed)).toEqual(await values(unbroken));
    }
  });

  it('leaves as many tensors after a step as before, and none when disposed of', async () => {
    const outside = tf.memory().numTensors;
    const momentumContrast = create();
    const batch = views(createRng(1));
    await momentumContrast.trainStep(batch, { learningRate: 0.1 });
    await expectNoLeak(() => momentumContrast.trainStep(batch, { learningRate: 0.1 }));
    momentumContrast.dispose();
    momentumContrast.dispose();
    disposeTensors([batch.query, batch.key]);
    expect(tf.memory().numTensors).toBe(outside);
  });

  it('groups keys in another order than queries, so that no pair is normalised together', async () => {
    const groupsOf: number[][] = [];
    const spy: Encoder = {
      ...tinyEncoder,
      encode: (parameters, statistics, images, options) => {
        const first = tf.slice(images, [0, 0, 0, 0], [-1, 1, 1, 1]);
        groupsOf.push([...(first as unknown as { dataSync(): Float32Array }).dataSync()]);
        first.dispose();
        return tinyEncoder.encode(parameters, statistics, images, options);
      },
    };
    const marked = tf.tidy(() => tf.add(tf.zeros([8, 16, 16, 1]), tf.reshape(tf.range(0, 8), [8, 1, 1, 1]))) as tf.Tensor4D;
    const momentumContrast = create({ encoder: spy, rng: createRng(3) });
    for (let step = 0; step < 2; step++) await momentumContrast.trainStep({ query: marked, key: marked }, { learningRate: 0 });
    marked.dispose();
    const [keys, queries, otherKeys] = groupsOf as [number[], number[], number[]];
    expect(queries).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect([...keys].sort()).toEqual(queries);
    expect(keys).not.toEqual(queries);
    expect(otherKeys).not.toEqual(keys);
  });

  it('un-shuffles the keys: with equal encoders and equal views, the late stage agrees everywhere', async () => {
    const { query } = views(createRng(1), 8);
    const log = await create().trainStep({ query, key: query }, { learningRate: 0 });
    expect(log['similarity.late']).toBeGreaterThan(0.8); // 1 but for dead positions
    expect(log.accuracyTop1).toBe(1);
  });

  it('starts from another run, with or without its key branch', async () => {
    const source = create();
    for (let step = 0; step < 2; step++) await source.trainStep(views(createRng(step)), { learningRate: 0.1 });
    const { tensors } = source.snapshot();
    const encoderOnly = new Map([...tensors].filter(([name]) => name.startsWith('encoder_q.')));
    const target = create({ rng: createRng(9) });
    const { missing } = target.initialiseFrom(encoderOnly);
    const [from, to] = [await values(source), await values(target)];
    expect(to.get('encoder_q.early')).toEqual(from.get('encoder_q.early'));
    expect(to.get('encoder_k.early')).toEqual(from.get('encoder_q.early'));
    expect(missing).toContain('queue');
    expect(target.step).toBe(0);
    expect(create({ rng: createRng(9) }).initialiseFrom(tensors).missing).toEqual([]);
  });

  it.each([
    ['a batch that does not divide the queue', () => create({ queueSize: 18 }).trainStep(views(createRng(1)), { learningRate: 0.1 })],
    ['groups that do not divide the batch', () => create({ batchNormGroups: 3 }).trainStep(views(createRng(1)), { learningRate: 0.1 })],
    ['a stage that is not there', async () => create({ ifa: ifaPresets.released })],
    ['an empty queue', async () => create({ queueSize: 0 })],
    ['a snapshot of another encoder', async () => create().restore({ tensors: new Map(), state: { step: 1, queuePointer: 0, optimizerStep: 1 } })],
    ['images with three channels', () => create().trainStep({ query: tf.zeros([4, 16, 16, 3]), key: tf.zeros([4, 16, 16, 3]) }, { learningRate: 0.1 })],
  ])('refuses %s', async (_what, attempt) => {
    await expect(attempt()).rejects.toThrowErrorMatchingSnapshot();
  });
});

describe('train', () => {
  const batches = async function* (count: number): AsyncGenerator<Views> {
    for (let index = 0; index < count; index++) {
      const { query, key } = views(createRng(index));
      yield { query: query.clone(), key: key.clone() };
    }
  };

  it('yields a log a step, at the schedule’s rates, and disposes of its batches', async () => {
    const momentumContrast = create();
    const rates: number[] = [];
    for await (const { learningRate } of train(momentumContrast, batches(5), { steps: 3, schedule: (step) => 0.1 / (step + 1) })) rates.push(learningRate);
    expect(rates).toEqual([0.1, 0.05, 0.1 / 3]);
    for await (const _ of train(momentumContrast, batches(1), { steps: 3, schedule: () => 0.1 })) throw new Error('no step is left to take');
  });

  it('stops between steps when asked to', async () => {
    const signal = { aborted: false };
    let steps = 0;
    for await (const _ of train(create(), batches(5), { steps: 5, schedule: () => 0.1, signal })) signal.aborted = ++steps === 2;
    expect(steps).toBe(2);
  });
});
