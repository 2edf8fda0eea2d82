import { registerSimdBackend } from '@cxr-ifa/backend-simd';
import { expectClose, normalTensor, testOnBackend } from '@cxr-ifa/testing';
import { discriminatorLoss, generatorLoss, pathLengthPenalty, r1Penalty } from '@cxr-ifa/losses';
import { createRng, createVariables, disposeTensors, valueAndGradients, type Parameters } from '@cxr-ifa/tensor';
import * as tf from '@tensorflow/tfjs-core';
import { describe, it } from 'vitest';
import golden from '../golden/stylegan2.json' with { type: 'json' };
import { broadcastLatents } from './broadcastLatents.ts';
import { createDiscriminator } from './createDiscriminator.ts';
import { createGenerator } from './createGenerator.ts';

const { batch, streams } = golden;

testOnBackend('simd', registerSimdBackend);

/** The weights that the maker script filled in. */
function fill(initial: Parameters, firstStream: number): Parameters {
  const streamOf = new Map([...initial.keys()].sort().map((name, index) => [name, firstStream + index]));
  const filled = createVariables(() =>
    [...initial].map(([name, { shape }]): [string, tf.Tensor] => {
      const values = normalTensor(streamOf.get(name) as number, shape);
      if (/(weight|const)$/.test(name)) return [name, name.startsWith('mapping') ? tf.mul(values, 100) : values];
      return [name, tf.add(tf.mul(values, 0.1), name.endsWith('affine.bias') ? 1 : 0)];
    }),
  );
  disposeTensors(initial);
  return filled;
}

/** Compares the norm and four elements with a tolerance relative to the norm. */
async function expectSummary(name: string, tensor: tf.Tensor, wanted: readonly number[], tolerance: number): Promise<void> {
  const values = await tensor.data();
  const samples = wanted.length - 1;
  const found = [Math.hypot(...values), ...Array.from({ length: samples }, (_, i) => values[Math.floor(((2 * i + 1) * values.length) / (2 * samples))] as number)];
  await expectClose(found, wanted, { relative: 0, absolute: tolerance * (wanted[0] as number) }).catch((error: unknown) => {
    throw new Error(`${name}, of norm ${wanted[0]}`, { cause: error });
  });
}

describe.each(golden.cases)('$generator generator and $discriminator discriminator of $imageChannels channels equal float64 PyTorch', ({ imageChannels, imageStream, losses, gradients, ...wanted }) => {
  const sizes = { resolution: golden.resolution, imageChannels: imageChannels as 1 | 3, channelBase: golden.channelBase, channelMaximum: golden.channelMaximum };
  const generator = createGenerator({ ...sizes, latentSize: golden.latentSize, mappingLayers: golden.mappingLayers, architecture: wanted.generator as 'skip' });
  const discriminator = createDiscriminator({ ...sizes, groupSize: golden.groupSize, architecture: wanted.discriminator as 'skip' });
  const g = fill(generator.initialise(createRng(1)), streams.generator);
  const d = fill(discriminator.initialise(createRng(1)), streams.discriminator);
  const noise = generator.noiseShapes.map(([height, width], index) => normalTensor<tf.Rank.R4>(streams.noise + index, [batch, height, width, 1]));
  const real = normalTensor<tf.Rank.R4>(imageStream, [batch, golden.resolution, golden.resolution, imageChannels]);
  const direction = tf.div<tf.Tensor4D>(normalTensor(streams.direction, real.shape), golden.resolution);
  const z = normalTensor<tf.Rank.R2>(streams.z, [batch, golden.latentSize]);
  const jitter = tf.mul<tf.Tensor3D>(normalTensor(streams.mixed, [batch, generator.styles, golden.latentSize]), 0.1);
  const latentsOf = (w: tf.Tensor2D): tf.Tensor3D => tf.add(broadcastLatents(w, generator), jitter);
  const draw = (latents: tf.Tensor3D): tf.Tensor4D => generator.synthesise(g, latents, { noise });
  const score = (images: tf.Tensor4D): tf.Tensor1D => discriminator.score(d, images);

  async function expectLoss(loss: tf.Scalar, found: ReadonlyMap<string, tf.Tensor>, value: number, byName: Readonly<Record<string, number[]>>, tolerance: number): Promise<void> {
    await expectClose(loss, value, { relative: 1e-4 });
    for (const [name, summary] of Object.entries(byName)) await expectSummary(name, found.get(name) as tf.Tensor, summary, tolerance);
  }

  it('forward', async () => {
    const w = generator.map(g, z);
    const images = draw(latentsOf(w));
    await expectSummary('w', w, wanted.w, 1e-5);
    await expectSummary('images', images, wanted.images, 1e-5);
    await expectSummary('scores', score(images), wanted.scores, 1e-5);
  });

  it('gradient of the generator loss', async () => {
    const { loss, gradients: found } = valueAndGradients(() => ({ loss: generatorLoss(score(draw(latentsOf(generator.map(g, z))))), auxiliary: {} }), g);
    await expectLoss(loss, found, losses.generator, gradients.generator, 1e-3);
  });

  it('gradient of the discriminator loss', async () => {
    const generated = draw(latentsOf(generator.map(g, z)));
    const { loss, gradients: found } = valueAndGradients(() => ({ loss: discriminatorLoss(score(real), score(generated)), auxiliary: {} }), d);
    await expectLoss(loss, found, losses.discriminator, gradients.discriminator, 1e-3);
  });

  it('gradient of R1, which is of second order', async () => {
    const { loss, gradients: found } = valueAndGradients(() => ({ loss: r1Penalty(score, real), auxiliary: {} }), d);
    await expectLoss(loss, found, losses.r1, gradients.r1, 2e-3);
  });

  it('gradient of the path length, which is of second order', async () => {
    const { loss, gradients: found, auxiliary } = valueAndGradients(() => {
      const penalty = pathLengthPenalty(draw, latentsOf(generator.map(g, z)), { direction, target: golden.target });
      return { loss: penalty.loss, auxiliary: { lengths: penalty.lengths } };
    }, g);
    await expectSummary('lengths', auxiliary.lengths, wanted.lengths, 1e-4);
    await expectLoss(loss, found, losses.pathLength, gradients.pathLength, 1e-3);
  });
});
