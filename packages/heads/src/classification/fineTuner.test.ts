import { createResnet } from '@cxr-ifa/resnet';
import { adamW, sgd } from '@cxr-ifa/optim';
import { counterNormal, counterUniform, expectClose, expectNoLeak, fillParameters } from '@cxr-ifa/testing';
import { createRng, createVariables, disposeTensors } from '@cxr-ifa/tensor';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it } from 'vitest';
import golden from '../../golden/fine-tune.json' with { type: 'json' };
import { classificationLoss, extractMaps, FineTuner, predictLinearProbe, stageRates, type CountedFinding, type FineTunerOptions, type LabelledBatch, type LinearProbe } from './index.ts';

const encoder = createResnet({ architecture: 'resnet18', width: golden.width });
const initial = encoder.initialise(createRng(1));
const parameters = createVariables(() => fillParameters(initial.parameters, 0));
const statistics = fillParameters(initial.statistics, 1000);
disposeTensors(initial.parameters, initial.statistics);
afterAll(() => disposeTensors(parameters, statistics));

const findings: CountedFinding[] = ['a', 'b', 'c'].map((name) => ({ name, positives: 4, negatives: 6 }));
const below = (stream: number, bound: number): tf.Tensor2D => tf.tensor2d(Float32Array.from(counterUniform(stream, golden.batch * golden.findings), (u) => (u < bound ? 1 : 0)), [golden.batch, golden.findings]);
const imagesOf = (stream: number): tf.Tensor4D => tf.tensor4d(Float32Array.from(counterUniform(stream, golden.batch * golden.size ** 2)), [golden.batch, golden.size, golden.size, 1]);
const batchOf = (step: number): LabelledBatch & { images: tf.Tensor4D } => ({ images: imagesOf(4000 + step), labels: below(4100 + step, 0.4), known: below(4200 + step, 0.7) });
const { featureSize } = encoder;
const [weights, biases] = [counterNormal(3000, golden.findings * featureSize), counterUniform(3001, golden.findings)];
const head: LinearProbe = {
  dimension: featureSize,
  mean: new Array<number>(featureSize).fill(0),
  deviation: new Array<number>(featureSize).fill(1),
  findings: findings.map((finding, row) => ({ ...finding, classifier: { weights: [...weights.subarray(row * featureSize, (row + 1) * featureSize)].map((w) => w / Math.sqrt(featureSize)), bias: biases[row] as number, l2: 1, candidates: [], converged: true } })),
};
const make = (options: Partial<FineTunerOptions> = {}): FineTuner => new FineTuner({ encoder, parameters, statistics, findings, optimizer: sgd({ momentum: golden.momentum, weightDecay: golden.weightDecay }), rng: createRng(3), head, rates: golden.rates, ...options });
const dispose = (batch: LabelledBatch): void => disposeTensors(Object.values(batch) as tf.Tensor[]);
const hyper = { learningRate: golden.learningRate };
const valuesOf = async (tuner: FineTuner): Promise<Map<string, Float32Array>> => {
  const copies = tuner.copyWeights();
  const values = new Map<string, Float32Array>();
  for (const [name, tensor] of copies) values.set(name, Float32Array.from(await tensor.data()));
  disposeTensors(copies);
  return values;
};

describe('FineTuner', () => {
  it.each(golden.cases)('moves every tensor as float64 PyTorch does in two steps, batch-norm $batchNorm', async ({ batchNorm, losses, changes }) => {
    const tuner = make({ batchNorm: batchNorm as 'running' | 'frozen' });
    const before = await valuesOf(tuner);
    for (const [step, loss] of losses.entries()) {
      const batch = batchOf(step);
      expect(await tuner.trainStep(batch, hyper)).toEqual({ step: step + 1, loss: expect.closeTo(loss, 5), learningRate: golden.learningRate });
      dispose(batch);
    }
    const after = await valuesOf(tuner);
    const wanted = changes as unknown as Record<string, [number, ...number[]]>;
    for (const [name, values] of after) {
      const change = values.map((value, i) => value - (before.get(name)?.[i] as number));
      const [norm, ...samples] = wanted[name] ?? [0];
      if (norm === 0) expect(Math.hypot(...change), name).toBe(0); // frozen, also where PyTorch has no entry
      const found = [Math.hypot(...change), ...samples.map((_, i) => change[Math.floor(((2 * i + 1) * change.length) / (2 * samples.length))] as number)];
      await expectClose(found, [norm, ...samples], { relative: 0, absolute: 2e-3 * norm + 1e-6 }).catch((error: unknown) => {
        throw new Error(`${name}, of norm ${norm}`, { cause: error });
      });
    }
    tuner.dispose();
  });

  it('descends along the gradient that finite differences give, through inference-mode batch-norm too', async () => {
    const loss = classificationLoss('none', findings);
    const batch = batchOf(0);
    const tuner = make({ batchNorm: 'frozen', optimizer: sgd({ momentum: 0, weightDecay: 0 }) });
    const before = tuner.copyWeights();
    const lossNow = async (): Promise<number> => {
      const value = tf.tidy(() => loss(tuner.predict(batch), batch.labels, batch.known));
      const number = (await value.data())[0] as number;
      value.dispose();
      return number;
    };
    const rate = 1e-3;
    await tuner.trainStep(batch, { learningRate: rate });
    const after = tuner.copyWeights();
    // the step is -rate factor g: along it the slope is -rate sum of factor |g|^2, of which |step|^2 / (rate factor) are the terms
    const moved = tf.tidy(() => [...after].map(([name, value]) => [name, tf.sub(value, before.get(name)!)] as const));
    let slope = 0;
    for (const [name, step] of moved) {
      const factor = name.startsWith('head.') ? 2 : ({ layer2: 0.25, layer3: 0.5, layer4: 1 }[name.split('.')[1] as string] ?? 1);
      slope -= Math.hypot(...(await step.data())) ** 2 / (rate * factor);
    }
    const at = async (share: number): Promise<number> => {
      const shifted = tf.tidy(() => [...before].map(([name, value], i) => [name, tf.add(value, tf.mul(moved[i]?.[1] as tf.Tensor, share))] as const));
      tuner.setWeights(new Map(shifted));
      disposeTensors(shifted.map(([, tensor]) => tensor));
      return lossNow();
    };
    await expectClose((await at(0.5)) - (await at(-0.5)), slope, { relative: 0.02 });
    disposeTensors(before, after, moved.map(([, tensor]) => tensor));
    tuner.dispose();
    dispose(batch);
  });

  it('trains on maps that were computed before as on images', async () => {
    const [onImages, onMaps] = [make(), make()];
    expect(onMaps.frozenStage).toBe('layer1');
    const batch = batchOf(0);
    const maps = await extractMaps(encoder, parameters, statistics, [batch.images], { stage: 'layer1', count: golden.batch });
    expect(maps.shape).toEqual([8, 8, 4]);
    const map = tf.tensor4d(maps.data, [golden.batch, ...maps.shape]);
    const first = await onImages.trainStep(batch, hyper);
    expect(await onMaps.trainStep({ map, labels: batch.labels, known: batch.known }, hyper)).toEqual(first);
    expect(await valuesOf(onMaps)).toEqual(await valuesOf(onImages));
    const [a, b] = [onImages.predict(batch), onMaps.predict({ map })];
    await expectClose(a, await b.data());
    disposeTensors([map, a, b]);
    dispose(batch);
    onImages.dispose();
    onMaps.dispose();
  });

  it('has no classifier for a finding of one class, and neither it nor unknown labels change anything', async () => {
    const counted = [findings[0]!, { name: 'b', positives: 0, negatives: 6 }, findings[2]!];
    const [plain, spoilt] = [make({ findings: counted }), make({ findings: counted })];
    const batch = batchOf(0);
    const column = tf.tensor1d([0, 1, 0]);
    const changed = { ...batch, labels: tf.tidy(() => tf.where(tf.logicalOr(tf.logicalNot(tf.cast(batch.known, 'bool')), tf.cast(column, 'bool')), tf.sub(1, batch.labels), batch.labels) as tf.Tensor2D) };
    await plain.trainStep(batch, hyper);
    await spoilt.trainStep(changed, hyper);
    expect(await valuesOf(spoilt)).toEqual(await valuesOf(plain));
    const probe = await plain.probe();
    expect(probe.findings.map(({ classifier }) => classifier === null)).toEqual([false, true, false]);
    const { features, stages } = encoder.encode(plain.trained.parameters, plain.trained.statistics, batch.images, { training: false });
    const predicted = predictLinearProbe(probe, { data: Float32Array.from(await features.data()), count: golden.batch, dimension: featureSize });
    const logits = plain.predict(batch);
    const byTuner = await tf.sigmoid(logits).data();
    expect(predicted.get('b')).toBeNull();
    await expectClose(predicted.get('c') as Float64Array, byTuner.filter((_, i) => i % 3 === 2), { relative: 1e-5 });
    disposeTensors([column, features, logits, changed.labels], stages);
    dispose(batch);
    plain.dispose();
    spoilt.dispose();
  });

  it('goes on from another one\'s state bit for bit, the optimiser included', async () => {
    const optimizer = adamW({ weightDecay: 0.01 });
    const [one, other] = [make({ optimizer }), make({ optimizer, rng: createRng(9) })];
    const step = async (tuner: FineTuner, index: number): Promise<number> => {
      const batch = batchOf(index);
      const { loss } = await tuner.trainStep(batch, hyper);
      dispose(batch);
      return loss;
    };
    await step(one, 0);
    await step(other, 3); // stands elsewhere
    const state = one.copyState();
    expect([...state.tensors.keys()].filter((name) => name.startsWith('optimizer.')).length).toBeGreaterThan(0);
    other.setState(state);
    expect(other.step).toBe(1);
    for (const index of [1, 2]) expect(await step(other, index)).toBe(await step(one, index));
    expect(await valuesOf(other)).toEqual(await valuesOf(one));
    const without = new Map([...state.tensors].filter(([name]) => name !== 'head.bias'));
    expect(() => other.setState({ step: 1, tensors: without })).toThrow('Cannot go on with fine-tuning as head.bias must have shape [3]: it is missing');
    await expectNoLeak(() => other.setState(state));
    await expectNoLeak(() => disposeTensors(other.copyState().tensors));
    disposeTensors(state.tensors);
    one.dispose();
    other.dispose();
  });

  it('learns a bright square, from any head', async () => {
    const labels = tf.tensor2d([1, 0, 1, 0, 1, 0], [6, 1]);
    const images = tf.tidy(() => tf.add<tf.Tensor4D>(tf.randomNormal([6, 32, 32, 1], 0, 0.2, 'float32', 5), tf.mul(tf.pad(tf.ones([6, 8, 8, 1]), [[0, 0], [12, 12], [12, 12], [0, 0]]), tf.reshape(labels, [6, 1, 1, 1]))));
    const known = tf.onesLike(labels);
    const tuner = new FineTuner({ encoder, parameters, statistics, findings: [{ name: 'square', positives: 3, negatives: 3 }], optimizer: sgd({ weightDecay: 0 }), rng: createRng(1) });
    expect(tuner.frozenStage).toBeUndefined();
    const losses: number[] = [];
    for (let step = 0; step < 5; step++) losses.push((await tuner.trainStep({ images, labels, known }, { learningRate: 0.05 })).loss);
    expect(losses.at(-1)).toBeLessThan(0.5 * (losses[0] as number));
    tuner.dispose();
    disposeTensors([images, labels, known]);
  });

  it('keeps nothing but what it owns, on its error paths too', async () => {
    const batch = batchOf(0);
    await expectNoLeak(async () => {
      const tuner = make();
      await tuner.trainStep(batch, hyper);
      await expectNoLeak(async () => void (await tuner.trainStep(batch, hyper)));
      await expectNoLeak(() => tuner.predict(batch));
      await expectNoLeak(() => tuner.copyWeights());
      await expectNoLeak(async () => void (await expect(tuner.trainStep({ ...batch, labels: batch.images as unknown as tf.Tensor2D }, hyper)).rejects.toThrow('Cannot take a fine-tuning step as labels must have')));
      const wide = tf.zeros([6, 32, 32, 3]) as tf.Tensor4D;
      await expectNoLeak(async () => void (await expect(tuner.trainStep({ ...batch, images: wide }, hyper)).rejects.toThrow('Cannot encode as images must have shape')));
      await expectNoLeak(async () => void (await expect(tuner.trainStep({ map: wide, labels: batch.labels, known: batch.known }, hyper)).rejects.toThrow('Cannot encode as layer1 must have shape')));
      wide.dispose();
      tuner.dispose();
      tuner.dispose();
    });
    dispose(batch);
  });

  it('refuses what it cannot train', async () => {
    const rates = stageRates(encoder);
    const inference = make({ rates });
    const batch = batchOf(0);
    await expect(inference.trainStep({ map: batch.images, labels: batch.labels, known: batch.known }, hyper)).rejects.toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot train on maps as at least the first stage must be frozen: give images, or a rate of 0 for it]`);
    inference.dispose();
    dispose(batch);
    expect(() => make({ findings: [] })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot make a fine-tuner as at least one finding is needed: current count is 0]`);
    expect(() => make({ findings: findings.map(({ name }) => ({ name, positives: 0, negatives: 1 })) })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot make a fine-tuner as some finding must be both present and absent in training: none of a, b, c is]`);
    expect(() => make({ rates: { ...rates, layer3: -1 } })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot make a fine-tuner as the rate of layer3 must be 0 or more: current value is -1]`);
    expect(() => make({ rates: { head: 1 } })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot make a fine-tuner as the rate of stem must be 0 or more: current value is undefined]`);
    expect(() => make({ rates: Object.fromEntries(Object.keys(rates).map((name) => [name, 0])) })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot make a fine-tuner as some rate must be above 0: all are 0]`);
    expect(() => make({ head: { ...head, dimension: 3 } })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot make a fine-tuner as its head must begin with a probe of the same 32 features and findings: the probe's are 3 and a, b, c]`);
  });
});

describe('stageRates', () => {
  it('falls by the decay towards the images, from 0 where frozen', () => {
    expect(stageRates(encoder, { freeze: 'layer1', decay: 0.5, encoder: 0.1 })).toEqual({ stem: 0, layer1: 0, layer2: 0.025, layer3: 0.05, layer4: 0.1, head: 1 });
    expect(stageRates(encoder)).toEqual({ stem: 1, layer1: 1, layer2: 1, layer3: 1, layer4: 1, head: 1 });
    expect(() => stageRates(encoder, { freeze: 'layer9' })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot freeze stages as the last of them must be one of stem, layer1, layer2, layer3, layer4: current value is layer9]`);
    expect(() => stageRates(encoder, { decay: -1 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot make learning rates of stages as decay must be 0 or more: current value is -1]`);
  });
});

describe('extractMaps', () => {
  it('does not depend on how images are batched, and keeps no tensor', async () => {
    const images = imagesOf(4000);
    const parts = tf.split(images, 3) as tf.Tensor4D[];
    const options = { stage: 'layer2', count: golden.batch };
    await expectNoLeak(async () => {
      const [whole, cut] = [await extractMaps(encoder, parameters, statistics, [images], options), await extractMaps(encoder, parameters, statistics, parts, options)];
      expect(cut.shape).toEqual(whole.shape);
      await expectClose(cut.data, whole.data, { relative: 1e-5, absolute: 1e-6 });
      await expect(extractMaps(encoder, parameters, statistics, parts, { ...options, count: 7 })).rejects.toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot extract maps as 7 images were to come: current number is 6]`);
      await expect(extractMaps(encoder, parameters, statistics, parts, { ...options, stage: 'layer9' })).rejects.toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot extract maps as stage must be one of stem, layer1, layer2, layer3, layer4: current value is layer9]`);
    });
    disposeTensors([images, ...parts]);
  });
});
