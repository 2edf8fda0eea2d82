import { registerSimdBackend } from '@cxr-ifa/backend-simd';
import { counterUniform, expectClose, expectGradients, expectNoLeak, normalTensor, testOnBackend } from '@cxr-ifa/testing';
import { createResnet } from '@cxr-ifa/resnet';
import { broadcastLatents, createGenerator, drawLatents } from '@cxr-ifa/stylegan2';
import { createRng, createVariables, disposeTensors, type Generator } from '@cxr-ifa/tensor';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { createInversionEncoder } from './createInversionEncoder.ts';
import { lookAt, type FrozenEncoder } from './frozenEncoder.ts';
import { InversionTraining } from './inversionTraining.ts';
import { noiseCorrelation } from './noiseCorrelation.ts';
import { optimiseLatents, type OptimiseLatentsOptions } from './optimiseLatents.ts';
import { reconstructionLoss } from './reconstructionLoss.ts';

testOnBackend('simd', registerSimdBackend);

/** A generator that is no StyleGAN2: pixels are linear in w, each layer draws a share. */
const linear: Generator = {
  resolution: 8,
  imageChannels: 1,
  latentSize: 6,
  styles: 3,
  noiseShapes: [[8, 8]],
  initialise: (rng) => createVariables(() => [['weight', tf.tensor(Float32Array.from({ length: 18 * 64 }, () => 0.3 * rng.normal()), [18, 64])]]),
  map: (_, z) => z.clone(),
  synthesise: (parameters, latents, { noise } = {}) =>
    tf.tidy(() => {
      const image: tf.Tensor4D = tf.reshape(tf.matMul(tf.reshape(latents, [-1, 18]), parameters.get('weight') as unknown as tf.Tensor2D), [-1, 8, 8, 1]);
      return noise ? tf.add<tf.Tensor4D>(image, tf.mul(noise[0] as tf.Tensor4D, 0.01)) : image;
    }),
};
const parameters = linear.initialise(createRng(1));
const known = normalTensor<tf.Rank.R3>(1, [2, 3, 6]);
const zero = tf.zeros<tf.Rank.R1>([6]);
const targetsOf = (): tf.Tensor4D => linear.synthesise(parameters, known);

const encoder = createResnet({ architecture: 'resnet18', width: 4 });
const frozen: FrozenEncoder = { encoder, ...encoder.initialise(createRng(2)), normalisation: { mean: 0.5, std: 0.25 } };

describe('optimiseLatents', () => {
  const options: OptimiseLatentsOptions = { start: zero, steps: 200, fitNoise: false, rng: createRng(3) };

  it('finds the latents that an image was drawn from', async () => {
    const targets = targetsOf();
    const { latents, loss } = await optimiseLatents(linear, parameters, targets, options);
    expect(loss).toBeLessThan(1e-4);
    await expectClose(linear.synthesise(parameters, latents), targets, { absolute: 0.05 });
  });

  it('keeps one latent for all layers in w, which draws less', async () => {
    const targets = targetsOf();
    const { latents, loss } = await optimiseLatents(linear, parameters, targets, { ...options, space: 'w', steps: 60 });
    await expectClose(tf.slice(latents, [0, 0, 0], [-1, 1, -1]), tf.slice(latents, [0, 2, 0], [-1, 1, -1]), { relative: 0, absolute: 0 });
    expect(loss).toBeGreaterThan(0.05);
  });

  it('treats each image by itself, and goes on from given latents', async () => {
    const targets = targetsOf();
    const both = await optimiseLatents(linear, parameters, targets, { ...options, steps: 10 });
    const one = await optimiseLatents(linear, parameters, tf.slice(targets, 1, 1), { ...options, steps: 10 });
    await expectClose(one.latents, tf.slice(both.latents, 1, 1), { absolute: 1e-4 });
    const start = tf.add<tf.Tensor3D>(known, 0.01);
    const near = await optimiseLatents(linear, parameters, targets, { ...options, start, steps: 3, learningRate: 1e-3 });
    await expectClose(near.latents, start, { absolute: 0.01 });
  });

  it('fits noise of mean 0 and deviation 1, tells its steps, and stops when it is asked to', async () => {
    const targets = targetsOf();
    const told: number[] = [];
    const signal = { aborted: false };
    const { noise, steps } = await optimiseLatents(linear, parameters, targets, { ...options, fitNoise: true, exploration: 0.1, signal, onStep: (step) => void (told.push(step), (signal.aborted = step === 4)) });
    expect(told).toEqual([1, 2, 3, 4]);
    expect(steps).toBe(4);
    const { mean, variance } = tf.moments(noise[0] as tf.Tensor4D, [1, 2, 3]);
    await expectClose(mean, [0, 0], { absolute: 1e-5 });
    await expectClose(variance, [1, 1], { relative: 1e-4 });
  });

  it('leaves nothing behind, and refuses what does not fit', async () => {
    const targets = targetsOf();
    await expectNoLeak(() => optimiseLatents(linear, parameters, targets, { ...options, steps: 2, fitNoise: true, exploration: 0.1 }));
    await expect(optimiseLatents(linear, parameters, targets, { ...options, steps: 0 })).rejects.toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot optimise latents as steps must be a positive integer: current value is 0]`);
    await expect(optimiseLatents(linear, parameters, targets, { ...options, learningRate: 0 })).rejects.toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot optimise latents as learningRate must be above 0: current value is 0]`);
    await expect(optimiseLatents(linear, parameters, tf.zeros([1, 4, 4, 1]), options)).rejects.toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot optimise latents as targets must have shape [N=1, 8, 8, 1]: current shape is [1, 4, 4, 1]]`);
    await expect(optimiseLatents(linear, parameters, targets, { ...options, start: tf.zeros<tf.Rank.R1>([5]) })).rejects.toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot optimise latents as start must have shape [6]: current shape is [5]]`);
  });
});

describe('reconstructionLoss', () => {
  const images = tf.tensor4d(Float32Array.from(counterUniform(5, 2 * 32 * 32), (u) => 2 * u - 1), [2, 32, 32, 1]);
  const others = tf.tensor4d(Float32Array.from(counterUniform(6, 2 * 32 * 32), (u) => 2 * u - 1), [2, 32, 32, 1]);

  it('is 0 of equal images, and the weighted sum of its terms', async () => {
    const none = reconstructionLoss(images, images, { perceptual: frozen });
    await expectClose(tf.stack([none.loss, none.pixel, none.perceptual, none.identity]), [0, 0, 0, 0], { absolute: 1e-6 });
    const { loss, pixel, perceptual, identity } = reconstructionLoss(images, others, { perceptual: frozen, pixelWeight: 2, perceptualWeight: 3, identityWeight: 5 });
    await expectClose(loss, tf.add(tf.add(tf.mul(pixel, 2), tf.mul(perceptual, 3)), tf.mul(identity, 5)));
    await expectClose(reconstructionLoss(images, others, { pixelWeight: 2 }).loss, tf.mul(pixel, 2));
  });

  it('is the same with what was seen before, and has the gradient of finite differences', async () => {
    const seen = lookAt(frozen, others);
    await expectClose(reconstructionLoss(images, others, { perceptual: frozen }, seen).loss, reconstructionLoss(images, others, { perceptual: frozen }).loss);
    await expectGradients((x) => reconstructionLoss(x as tf.Tensor4D, others, { perceptual: frozen }).loss, [images], { relative: 3e-2, absolute: 1e-3 });
    disposeTensors(seen.stages, [seen.features]);
  });

  it('normalises for the encoder, repeats grey for three channels, and leaves nothing behind', async () => {
    const direct = encoder.encode(frozen.parameters, frozen.statistics, tf.div(tf.sub(tf.div(tf.add(images, 1), 2), 0.5), 0.25), { training: false });
    await expectClose(lookAt(frozen, images).features, direct.features, { absolute: 1e-5 });
    const three = createResnet({ architecture: 'resnet18', width: 4, inputChannels: 3 });
    const colour = { encoder: three, ...three.initialise(createRng(4)) };
    await expectClose(lookAt(colour, images).features, lookAt(colour, tf.tile(images, [1, 1, 1, 3])).features);
    await expectNoLeak(() => lookAt(frozen, images));
    await expectNoLeak(() => reconstructionLoss(images, others, { perceptual: frozen }));
    expect(() => reconstructionLoss(images, tf.zeros([2, 16, 16, 1]))).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot compare reconstructions as targets must have shape [N=2, H=32, W=32, C=1]: current shape is [2, 16, 16, 1]]`);
  });
});

describe('noiseCorrelation', () => {
  it('is 4 of a constant at two scales, and small of white noise', async () => {
    await expectClose(noiseCorrelation([tf.ones([3, 16, 16, 1])]), 4); // two axes at two scales
    expect((await noiseCorrelation([normalTensor<tf.Rank.R4>(7, [1, 64, 64, 1])]).data())[0]).toBeLessThan(0.05);
    const maps = [normalTensor<tf.Rank.R4>(8, [2, 16, 16, 1])];
    await expectNoLeak(() => noiseCorrelation(maps));
    await expectGradients((x) => noiseCorrelation([x as tf.Tensor4D]), [normalTensor(9, [1, 8, 8, 1])]);
  });
});

describe('createInversionEncoder and InversionTraining', () => {
  const generator = createGenerator({ resolution: 32, channelBase: 128, channelMaximum: 8, latentSize: 8, mappingLayers: 1 });
  const drawing = generator.initialise(createRng(5));
  const meanLatent = normalTensor<tf.Rank.R1>(10, [8]);
  const inversion = createInversionEncoder({ encoder, generator, channels: 8 });
  const train = (): InversionTraining => new InversionTraining({ inversion, generator, parameters: drawing, meanLatent, perceptual: frozen, rng: createRng(6) });
  const draw = (): { latents: tf.Tensor3D; images: tf.Tensor4D } => {
    const latents = broadcastLatents(generator.map(drawing, drawLatents(generator, createRng(7), 4)), generator);
    return { latents, images: generator.synthesise(drawing, latents) };
  };

  it('begins at the mean latent, offsets at 0', async () => {
    const { parameters: own, statistics } = inversion.initialise(createRng(6));
    const { latents, offsets } = inversion.invert(own, statistics, draw().images, meanLatent);
    expect(latents.shape).toEqual([4, generator.styles, 8]);
    await expectClose(latents, tf.mul(tf.ones([4, generator.styles, 1]), tf.reshape(meanLatent, [1, 1, 8])));
    await expectClose(offsets, tf.zeros([4, generator.styles - 1, 8]));
    await expectNoLeak(() => inversion.invert(own, statistics, meanImages, meanLatent));
  });
  const meanImages = tf.zeros<tf.Rank.R4>([1, 32, 32, 1]);

  it('learns to find the latents of images that the generator drew', async () => {
    const training = train();
    const batch = draw();
    const first = await training.trainStep(batch, { learningRate: 3e-3 });
    let last = first;
    for (let step = 0; step < 25; step++) last = await training.trainStep(batch, { learningRate: 3e-3 });
    expect(last.latent).toBeLessThan(0.7 * first.latent);
    expect(last.loss).toBeLessThan(0.8 * first.loss);
    training.dispose();
  });

  it('begins with a given backbone, goes on from a snapshot exactly, and leaves nothing behind', async () => {
    const batch = draw();
    await expectNoLeak(async () => {
      const [whole, second] = [train(), train()];
      whole.initialiseBackbone(frozen.parameters, frozen.statistics);
      await expectClose(whole.encoder.parameters.get('backbone.conv1.weight') as tf.Tensor, frozen.parameters.get('conv1.weight') as tf.Tensor);
      await whole.trainStep(batch, { learningRate: 1e-3 });
      second.restore(whole.snapshot());
      const [a, b] = [await whole.trainStep({ images: batch.images }, { learningRate: 1e-3 }), await second.trainStep({ images: batch.images }, { learningRate: 1e-3 })];
      expect(b).toEqual(a);
      expect(a).toMatchObject({ step: 2, latent: 0 });
      whole.dispose();
      second.dispose();
    });
    const training = train();
    expect(() => training.initialiseBackbone(new Map(), frozen.statistics)).toThrowErrorMatchingInlineSnapshot(`[@cxr-ifa/InputError: Cannot begin with the backbone as conv1.weight must have shape [7, 7, 1, 4]: it is missing]`);
    expect(() => training.restore({ tensors: new Map(), state: { step: 1 } })).toThrowErrorMatchingInlineSnapshot(`[@cxr-ifa/InputError: Cannot restore training as inversion.backbone.conv1.weight must have shape [7, 7, 1, 4]: it is missing]`);
    expect(() => createInversionEncoder({ encoder, generator, channels: 0 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot create an inversion encoder as channels must be a positive integer: current value is 0]`);
    expect(() => createInversionEncoder({ encoder, generator: { ...generator, imageChannels: 3 } })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot create an inversion encoder as its backbone must take the generator's 3 channels: current value is 1]`);
    training.dispose();
  });
});
