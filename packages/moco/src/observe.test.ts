import { ifaPresets } from '@cxr-ifa/losses';
import { sgd } from '@cxr-ifa/optim';
import { createResnet } from '@cxr-ifa/resnet';
import { createRng, disposeTensors } from '@cxr-ifa/tensor';
import { expectClose, expectNoLeak } from '@cxr-ifa/testing';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { gradientNorms } from './gradientNorms.ts';
import { MomentumContrast } from './momentumContrast.ts';
import type { MomentumContrastOptions } from './momentumContrastOptions.ts';
import { observeContrast } from './observeContrast.ts';
import { observeStages } from './observeStages.ts';
import { train } from './train.ts';
import type { Views } from './views.ts';

describe('observeContrast', () => {
  it('counts the keys of the queue that are as similar as the own one, a tie included', async () => {
    const query = tf.tensor2d([[1, 0], [1, 0]]);
    const keys = tf.tensor2d([[0.8, 0.6], [0, 1]]); // cosines 0.8 and 0
    const regrouped = tf.tensor2d([[0.5, Math.sqrt(0.75)], [0, 1]]);
    const queue = tf.tensor2d([[0.6, 0.8], [0.6, -0.8], [0.6, 0.8], [0.6, 0.8], [0, -1]]); // four at 0.6, one tie at 0
    const found = observeContrast(query, { keys, regrouped, queue, temperature: 0.5 });
    await expectClose(found.accuracyTop5, 0.5); // the second query has five before its own
    await expectClose(found.hardestNegativeLogit, 1.2);
    await expectClose(found.batchNormLeak, 0.5); // the first query finds its key only as it was given
    disposeTensors(found);
    await expectNoLeak(() => disposeTensors(observeContrast(query, { keys, regrouped, queue, temperature: 0.5 })));
    disposeTensors([query, keys, regrouped, queue]);
  });
});

describe('observeStages', () => {
  it('compares an image with its key and with the next image', async () => {
    const map = (rows: number[][]): tf.Tensor4D => tf.tensor4d(rows.flat(), [rows.length, 1, 1, 2]);
    const [queries, keys] = [{ a: map([[1, 0], [0, 1]]), b: map([[1, 0], [1, 0]]) }, { a: map([[2, 0], [0, 3]]), b: map([[1, 0], [1, 0]]) }];
    const found = observeStages(queries, keys, ['b']);
    expect(Object.keys(found)).toEqual(['similarity.a', 'otherSimilarity.a', 'otherSimilarity.b']);
    await expectClose(tf.stack(Object.values(found)), [1, 0, 1]);
    disposeTensors(found, queries, keys);
  });
});

describe('gradientNorms', () => {
  it('adds up the squares of each part, and shows what is not finite', async () => {
    const gradients = new Map<string, tf.Tensor>([['encoder.conv1.weight', tf.tensor1d([3])], ['encoder.layer1.0.weight', tf.tensor1d([1, 2])], ['encoder.layer1.1.weight', tf.tensor1d([2])], ['head.0.weight', tf.tensor1d([NaN])], ['intermediate.x', tf.tensor1d([0])]]);
    const norms = gradientNorms(gradients, ['stem', 'layer1', 'layer2']);
    expect([...norms.keys()]).toEqual(['gradientNorm.stem', 'gradientNorm.layer1', 'gradientNorm.head', 'gradientNorm.intermediate']);
    const values = await Promise.all([...norms.values()].map(async (norm) => (await norm.data())[0]));
    expect(values).toEqual([3, 3, NaN, 0]);
    disposeTensors(gradients, norms);
  });
});

describe('observing a batch', () => {
  const encoder = createResnet({ architecture: 'resnet18', width: 2 });
  const create = (options: Partial<MomentumContrastOptions> = {}): MomentumContrast => new MomentumContrast({ encoder, optimizer: sgd({}), ifa: ifaPresets.released, queueSize: 16, rng: createRng(1), ...options });
  const views = (seed: number): Views => {
    const rng = createRng(seed);
    const image = (): tf.Tensor4D => tf.tensor4d(Float32Array.from({ length: 8 * 32 ** 2 }, () => rng.normal()), [8, 32, 32, 1]);
    return { query: image(), key: image() };
  };
  const numbersOf = async (momentumContrast: MomentumContrast): Promise<Float32Array[]> => Promise.all([...momentumContrast.snapshot().tensors.values()].map(async (tensor) => (await tensor.data()) as Float32Array));

  it('sees what the step will, and changes nothing', async () => {
    const [momentumContrast, batch] = [create({ momentum: 1 }), views(1)]; // the key encoder stays, so that a step sees the same keys
    const before = await numbersOf(momentumContrast);
    let numbers: Readonly<Record<string, number>> = {};
    await expectNoLeak(async () => {
      const { numbers: found, query, key } = await momentumContrast.observe(batch);
      numbers = found;
      for (const { data, count, dimension } of [query, key]) {
        expect([count, dimension, data.length]).toEqual([8, 128, 8 * 128]);
        expect(Math.hypot(...data.subarray(0, 128))).toBeCloseTo(1, 5);
      }
    });
    expect(await numbersOf(momentumContrast)).toEqual(before);
    expect(Object.keys(numbers)).toEqual(['accuracyTop5', 'hardestNegativeLogit', 'batchNormLeak', 'similarity.stem', 'otherSimilarity.stem', 'otherSimilarity.layer1', 'similarity.layer2', 'otherSimilarity.layer2', 'similarity.layer3', 'otherSimilarity.layer3', 'otherSimilarity.layer4']);
    const log = await momentumContrast.trainStep(batch, { learningRate: 0.1 });
    expect(numbers['accuracyTop5']).toBeGreaterThanOrEqual(log.accuracyTop1);
    expect(momentumContrast.queue).toEqual({ size: 16, filled: 8, dimension: 128 });
    momentumContrast.dispose();
    disposeTensors([batch.query, batch.key]);
  });

  it('is the same to rounding in micro-batches', async () => {
    const batch = views(2);
    const [whole, parts] = [create({ batchNormGroups: 4 }), create({ batchNormGroups: 4, microBatches: 2 })];
    const [found, inParts] = [await whole.observe(batch), await parts.observe(batch)];
    await expectClose(inParts.query.data, found.query.data, { absolute: 1e-5 });
    await expectClose(inParts.key.data, found.key.data, { absolute: 1e-5 });
    expect(Object.keys(inParts.numbers)).toEqual(Object.keys(found.numbers));
    for (const one of [whole, parts]) one.dispose();
    disposeTensors([batch.query, batch.key]);
  });

  it('goes through train on the steps that were asked for', async () => {
    const momentumContrast = create();
    async function* batches(): AsyncGenerator<Views> {
      for (let seed = 1; ; seed++) yield views(seed);
    }
    const observed: number[] = [];
    for await (const { step, embeddings } of train(momentumContrast, batches(), { steps: 3, schedule: () => 0.01, observe: (next) => next === 2 })) if (embeddings) observed.push(step);
    expect(observed).toEqual([2]);
    momentumContrast.dispose();
  });

  it('counts real keys on from a snapshot, and all of another run\'s', async () => {
    const [one, other, batch] = [create(), create(), views(3)];
    await one.trainStep(batch, { learningRate: 0.1 });
    const { tensors, state } = one.snapshot();
    other.restore({ tensors, state });
    expect(other.queue.filled).toBe(8);
    other.restore({ tensors, state: { ...state, queueFilled: undefined } });
    expect(other.queue.filled).toBe(16);
    for (const momentumContrast of [one, other]) momentumContrast.dispose();
    disposeTensors([batch.query, batch.key]);
  });
});
