import { registerSimdBackend } from '@cxr-ifa/backend-simd';
import { counterUniform, expectClose, expectNoLeak, testOnBackend } from '@cxr-ifa/testing';
import { createRng, disposeTensors, type Parameters } from '@cxr-ifa/tensor';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { AdversarialTraining, type AdversarialStepLog } from './adversarialTraining.ts';
import type { AdversarialTrainingOptions } from './adversarialTrainingOptions.ts';
import { augmentImages } from './augmentImages.ts';
import { createDiscriminator } from './createDiscriminator.ts';
import { createGenerator } from './createGenerator.ts';

testOnBackend('simd', registerSimdBackend);

const sizes = { resolution: 8, channelBase: 32, channelMaximum: 4 };
const generator = createGenerator({ ...sizes, latentSize: 4, mappingLayers: 1 });
const discriminator = createDiscriminator(sizes);
const create = (options: Partial<AdversarialTrainingOptions> = {}): AdversarialTraining => new AdversarialTraining({ generator, discriminator, rng: createRng(1), augment: augmentImages, augmentImages: 40, r1Interval: 2, pathLengthInterval: 2, ...options });
const images = tf.tensor4d(Float32Array.from(counterUniform(1, 4 * 64), (u) => u), [4, 8, 8, 1]); // brighter than grey

async function run(training: AdversarialTraining, steps: number): Promise<AdversarialStepLog[]> {
  const logs: AdversarialStepLog[] = [];
  for (let step = 0; step < steps; step++) logs.push(await training.trainStep(images, { learningRate: 0.01 }));
  return logs;
}

const copies = (training: AdversarialTraining): Map<string, tf.Tensor> => new Map([...training.snapshot().tensors].map(([name, tensor]) => [name, tensor.clone()]));

describe('AdversarialTraining', () => {
  it('takes penalties when they are due, and says where it is', async () => {
    const training = create();
    const logs = await run(training, 3);
    expect(logs.map(({ step, images: seen, r1, pathLength }) => [step, seen, r1 !== undefined, pathLength !== undefined])).toEqual([[1, 4, true, true], [2, 8, false, false], [3, 12, true, true]]);
    for (const log of logs) for (const value of Object.values(log)) expect(Number.isFinite(value)).toBe(true);
    expect(training.snapshot().state).toMatchObject({ step: 3, images: 12, generatorUpdates: 5, discriminatorUpdates: 5 });
    training.dispose();
  });

  it('learns to draw images as bright as the real ones', async () => {
    const training = create({ augment: undefined as never, pathLengthInterval: 0, averageImages: 20 });
    const brightness = async (): Promise<number> => {
      const { parameters, meanLatent } = training.average;
      const latents = tf.tile(tf.reshape(meanLatent, [1, 1, 4]), [1, generator.styles, 1]) as tf.Tensor3D;
      return (await tf.mean(generator.synthesise(parameters, latents)).data())[0] as number;
    };
    await run(training, 40);
    expect(Math.abs((await brightness()) - 0.5)).toBeLessThan(0.3);
    training.dispose();
  });

  it('goes on from a snapshot exactly as if it had never stopped', async () => {
    const [whole, first, second] = [create(), create(), create({ rng: createRng(1) })];
    await run(whole, 5);
    await run(first, 3);
    const tensors = copies(first);
    second.restore({ tensors, state: first.snapshot().state });
    await run(second, 2);
    const [a, b] = [whole.snapshot(), second.snapshot()];
    expect(b.state).toEqual(a.state);
    for (const [name, tensor] of a.tensors) await expectClose(b.tensors.get(name) as tf.Tensor, tensor, { relative: 0, absolute: 0 });
    disposeTensors(tensors);
    for (const training of [whole, first, second]) training.dispose();
  });

  it('leaves nothing behind, step for step and altogether', async () => {
    await expectNoLeak(async () => {
      const training = create();
      await run(training, 1);
      await expectNoLeak(async () => void (await run(training, 2)));
      training.dispose();
      training.dispose();
    });
  });

  it('refuses what does not fit, and changes nothing then', async () => {
    expect(() => create({ discriminator: createDiscriminator({ ...sizes, resolution: 16 }) })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot train adversarially as generator and discriminator must have images of the same size and channels: current value is 8 and 16 pixels, 1 and 1 channels]`);
    expect(() => create({ r1Interval: 1.5 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot train adversarially as r1Interval must be 0 or a positive integer: current value is 1.5]`);
    expect(() => create({ styleMixing: 2 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot train adversarially as styleMixing must be from 0 to 1: current value is 2]`);
    const training = create();
    await expect(training.trainStep(tf.zeros([4, 16, 16, 1]), { learningRate: 0.01 })).rejects.toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot take a training step as images must have shape [N=4, 8, 8, 1]: current shape is [4, 16, 16, 1]]`);
    const tensors: Map<string, tf.Tensor> = copies(training);
    tensors.delete('mean_latent');
    expect(() => training.restore({ tensors, state: training.snapshot().state })).toThrowErrorMatchingInlineSnapshot(`[@cxr-ifa/InputError: Cannot restore training as mean_latent must have shape [4]: it is missing; was the snapshot made with another network?]`);
    const average: Parameters = training.average.parameters;
    expect(average.size).toBe(generator.initialise(createRng(1)).size);
    training.dispose();
  });
});
