import { registerSimdBackend } from '@cxr-ifa/backend-simd';
import { barlowTwins, denseContrast, ifaLoss, kakuBarlow, kakuMse, l2Normalise, projectedStageLoss, stageMse, vicReg, type IntermediateLoss } from '@cxr-ifa/losses';
import { sgd } from '@cxr-ifa/optim';
import { createResnet } from '@cxr-ifa/resnet';
import { createRng } from '@cxr-ifa/tensor';
import { compareBackends, expectNoLeak, normalTensor } from '@cxr-ifa/testing';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { MomentumContrast } from './momentumContrast.ts';
import type { MomentumContrastOptions } from './momentumContrastOptions.ts';
import { createStageProjector } from './stageProjector.ts';
import type { Views } from './views.ts';

const encoder = createResnet({ architecture: 'resnet18', width: 4 });
const layers = encoder.stages.filter(({ name }) => name !== 'stem');
const STAGES = layers.map(({ name }) => name);
const terms = STAGES.map((stage) => ({ stage, weight: 1 }));
const projector = createStageProjector({ stages: layers, sizes: [16, 16, 8] });
const projected = (name: string, compare: (query: tf.Tensor2D, key: tf.Tensor2D) => { loss: tf.Scalar; similarity: tf.Scalar }): IntermediateLoss => ({
  name,
  stages: STAGES,
  initialise: (rng) => projector.initialise(rng),
  compute: (query, key, parameters) => projectedStageLoss(query, key, { terms, project: (pooled, stage) => projector.project(parameters, pooled, stage), compare }),
});
const losses: Record<string, IntermediateLoss> = {
  mse: { name: 'mse', stages: STAGES, compute: (query, key) => stageMse(query, key, { terms: kakuMse }) },
  barlow: projected('barlow', (query, key) => barlowTwins(query, key, kakuBarlow)),
  vicReg: projected('vicReg', (query, key) => vicReg(query, key, { constantKey: false })),
};
const ifa = [{ stage: 'layer1', target: 0.3, weight: 1 }, { stage: 'layer4', target: 1, weight: 1 }];
const ifaByTheSeam: IntermediateLoss = { name: 'ifa', stages: ['layer1', 'layer4'], compute: (query, key) => ifaLoss(query, key, { terms: ifa }) };

const made: { dispose(): void }[] = [];
afterEach(() => made.splice(0).forEach((one) => one.dispose()));

function create(options: Partial<MomentumContrastOptions> = {}): MomentumContrast {
  const momentumContrast = new MomentumContrast({ encoder, optimizer: sgd({ momentum: 0.9, weightDecay: 1e-4 }), queueSize: 16, rng: createRng(1), ...options });
  made.push(momentumContrast);
  return momentumContrast;
}

function views(stream: number): Views {
  const query = normalTensor(stream, [4, 32, 32, 1]) as tf.Tensor4D;
  const key = tf.tidy(() => tf.add(query, tf.mul(normalTensor(stream + 1, [4, 32, 32, 1]), 0.3))) as tf.Tensor4D;
  made.push(query, key);
  return { query, key };
}

async function values(momentumContrast: MomentumContrast): Promise<Map<string, Float32Array>> {
  return new Map(await Promise.all([...momentumContrast.snapshot().tensors].map(async ([name, tensor]) => [name, (await tensor.data()) as Float32Array] as const)));
}

beforeAll(async () => {
  await registerSimdBackend();
});
afterAll(async () => {
  await tf.setBackend('cpu');
  tf.removeBackend('simd');
});

describe('an intermediate loss in the place of IFA', () => {
  beforeAll(() => tf.setBackend('simd'));

  it('changes nothing where it is IFA itself', async () => {
    const [option, seam] = [create({ ifa }), create({ intermediate: ifaByTheSeam })];
    for (let step = 0; step < 2; step++) {
      const batch = views(100 + 2 * step);
      expect(await seam.trainStep(batch, { learningRate: 0.05 })).toEqual(await option.trainStep(batch, { learningRate: 0.05 }));
    }
    expect(await values(seam)).toEqual(await values(option));
  });

  it.each(Object.entries(losses))('trains with %s, logs its terms, and leaks nothing', async (name, intermediate) => {
    const weights = name === 'mse' ? 0.25 : 1;
    const momentumContrast = create({ intermediate });
    const before = await values(momentumContrast);
    const batch = views(200);
    const log = await momentumContrast.trainStep(batch, { learningRate: 0.05 }) as unknown as Record<string, number>;
    const sum = STAGES.reduce((total, stage) => total + weights * log[`${name}.${stage}`]!, 0);
    expect(log['loss']).toBeCloseTo(log['infoNce']! + sum, 4);
    expect(STAGES.map((stage) => Math.abs(log[`similarity.${stage}`]!) <= 1.0001)).toEqual([true, true, true, true]);
    const after = await values(momentumContrast);
    const own = [...after.keys()].filter((tensor) => tensor.startsWith('intermediate.'));
    expect(own).toHaveLength(name === 'mse' ? 0 : 4 * 7);
    for (const tensor of own) expect(after.get(tensor), tensor).not.toEqual(before.get(tensor)); // they learn
    expect(own.every((tensor) => after.has(`momentum.${tensor}`))).toBe(true);
    await expectNoLeak(() => momentumContrast.trainStep(batch, { learningRate: 0.05 }));
  });

  it("differs from plain MoCo only through its loss: at weight 0 the encoder's bits are the same", async () => {
    const silent: IntermediateLoss = { ...losses['mse']!, compute: (query, key) => stageMse(query, key, { terms: kakuMse.map((term) => ({ ...term, weight: 0 })) }) };
    const [plain, other] = [create(), create({ intermediate: silent })];
    const batch = views(300);
    await plain.trainStep(batch, { learningRate: 0.05 });
    await other.trainStep(batch, { learningRate: 0.05 });
    expect((await values(other)).get('encoder_q.layer1.0.conv1.weight')).toEqual((await values(plain)).get('encoder_q.layer1.0.conv1.weight'));
  });

  it('goes on from a snapshot to the same bits, its own parameters included', async () => {
    const options = { intermediate: losses['vicReg']! };
    const [unbroken, resumed] = [create(options), create({ ...options, rng: createRng(1) })];
    await unbroken.trainStep(views(400), { learningRate: 0.05 });
    const { tensors, state } = unbroken.snapshot();
    resumed.restore({ tensors: new Map([...tensors].map(([name, tensor]) => [name, tensor.clone()])), state });
    const batch = views(402);
    expect(await resumed.trainStep(batch, { learningRate: 0.05 })).toEqual(await unbroken.trainStep(batch, { learningRate: 0.05 }));
    expect(await values(resumed)).toEqual(await values(unbroken));
    const { missing } = create(options).initialiseFrom(create().snapshot().tensors);
    expect(missing.filter((name) => !/^(momentum\.)?intermediate\./.test(name))).toEqual([]);
  });

  it('frees everything when disposed of', () =>
    expectNoLeak(() => {
      new MomentumContrast({ encoder, optimizer: sgd(), queueSize: 16, rng: createRng(1), intermediate: losses['barlow']! }).dispose();
    }));

  it('is refused where it says nothing of a stage, and nothing is left behind', async () => {
    const intermediate: IntermediateLoss = { ...losses['mse']!, compute: (query, key) => stageMse(query, key, { terms: kakuMse.slice(0, 3) }) };
    const momentumContrast = create({ intermediate });
    const batch = views(600);
    const before = tf.memory().numTensors;
    await expect(momentumContrast.trainStep(batch, { learningRate: 0.05 })).rejects.toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot take a training step as the intermediate loss must return a term and a similarity for each of its stages: current result has no stages of layer4]`);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('is refused for aligned views, whose masks it would not know', async () => {
    const alignment = { layer1: { positions: tf.zeros([4, 8, 8, 2]) as tf.Tensor4D, mask: tf.ones([4, 8, 8]) as tf.Tensor3D } };
    await expect(create({ intermediate: losses['mse']! }).trainStep({ ...views(700), alignment }, { learningRate: 0.05 })).rejects.toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot take a training step as views are aligned for IFA terms only: current loss on intermediate maps is mse]`);
    tf.dispose(alignment);
  });

  it('is refused beside IFA terms, and for stages that are not there', () => {
    expect(() => create({ ifa, intermediate: losses['mse']! })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot set up momentum contrast as an intermediate loss takes the place of the IFA terms: current value is mse beside terms of layer1, layer4]`);
    expect(() => create({ intermediate: { ...losses['mse']!, stages: ['layer5'] } })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot set up momentum contrast as the intermediate loss must name stages of the encoder's stem, layer1, layer2, layer3, layer4: current value is layer5]`);
  });
});

describe('values and gradients agree on cpu and simd', () => {
  const shapes: [string, number[]][] = [['layer1', [4, 18, 18, 8]], ['layer2', [4, 8, 8, 12]], ['layer3', [4, 8, 8, 6]], ['layer4', [4, 2, 2, 10]]];
  const maps = (stream: number): Record<string, tf.Tensor4D> => Object.fromEntries(shapes.map(([stage, shape], i) => [stage, tf.relu(normalTensor(stream + i, shape)) as tf.Tensor4D]));
  const matrix = (stream: number): tf.Tensor2D => normalTensor(stream, [12, 9]) as tf.Tensor2D;

  it('stageMse', () =>
    compareBackends('simd', () => {
      const [query, key] = [maps(500), maps(510)];
      const gradients = tf.grads((...found) => stageMse(Object.fromEntries(shapes.map(([stage], i) => [stage, found[i] as tf.Tensor4D])), key, { terms: kakuMse }).loss)(Object.values(query));
      return [stageMse(query, key, { terms: kakuMse }).loss, ...gradients];
    }));

  it.each([['barlowTwins', barlowTwins], ['vicReg', vicReg]] as const)('%s', (_name, compare) =>
    compareBackends('simd', () => {
      const [query, key] = [matrix(520), matrix(521)];
      return [...Object.values(compare(query, key)), ...tf.grads((q, k) => compare(q as tf.Tensor2D, k as tf.Tensor2D, { constantKey: false }).loss)([query, key])];
    }));

  it('denseContrast', () =>
    compareBackends('simd', () => {
      const [features, dense, keyFeatures, keyDense] = [530, 531, 532, 533].map((stream) => normalTensor(stream, [3, 4, 4, 8])) as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
      const queue = l2Normalise(normalTensor(534, [20, 8])) as tf.Tensor2D;
      const loss = (x: tf.Tensor): tf.Scalar => denseContrast({ features, dense: x as tf.Tensor4D }, { features: keyFeatures, dense: keyDense }, queue).loss;
      return [loss(dense), tf.grad(loss)(dense)];
    }));
});
