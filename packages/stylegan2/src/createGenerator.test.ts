import { expectClose, expectNoLeak } from '@cxr-ifa/testing';
import { createRng } from '@cxr-ifa/tensor';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { broadcastLatents } from './broadcastLatents.ts';
import { createGenerator } from './createGenerator.ts';
import { drawLatents } from './drawLatents.ts';
import { drawNoise } from './drawNoise.ts';
import { drawStyles } from './drawStyles.ts';
import { mixStyles } from './mixStyles.ts';
import { truncateLatents } from './truncateLatents.ts';

const generator = createGenerator({ resolution: 16, channelBase: 64, channelMaximum: 8, latentSize: 5, mappingLayers: 2 });
const parameters = generator.initialise(createRng(1));
const latents = drawStyles(generator, parameters, createRng(2), { count: 3, mixing: 1 });
const noise = drawNoise(generator, createRng(3), 3);

describe('createGenerator', () => {
  it.each(['skip', 'residual'] as const)('draws images of its size with the architecture %s', (architecture) => {
    const other = createGenerator({ resolution: 32, imageChannels: 3, channelBase: 64, channelMaximum: 6, latentSize: 4, mappingLayers: 1, architecture });
    const own = other.initialise(createRng(1));
    const images = other.synthesise(own, broadcastLatents(other.map(own, drawLatents(other, createRng(2), 2)), other), { noise: drawNoise(other, createRng(3), 2) });
    expect(images.shape).toEqual([2, 32, 32, 3]);
    expect(other.styles).toBe(8);
    expect(other.noiseShapes.map(([side]) => side)).toEqual([4, 8, 8, 16, 16, 32, 32]);
  });

  it('names its parameters as NVIDIA does', () => {
    expect([...parameters.keys()].filter((name) => name.startsWith('synthesis.b8'))).toEqual([
      ...['weight', 'bias', 'affine.weight', 'affine.bias', 'noise_strength'].map((what) => `synthesis.b8.conv0.${what}`),
      ...['weight', 'bias', 'affine.weight', 'affine.bias', 'noise_strength'].map((what) => `synthesis.b8.conv1.${what}`),
      ...['weight', 'bias', 'affine.weight', 'affine.bias'].map((what) => `synthesis.b8.torgb.${what}`),
    ]);
  });

  it('draws each image by itself, and maps z by its direction alone', async () => {
    const whole = generator.synthesise(parameters, latents, { noise });
    const one = generator.synthesise(parameters, tf.slice(latents, 1, 1), { noise: noise.map((map) => tf.slice(map, 1, 1)) });
    await expectClose(one, tf.slice(whole, 1, 1), { absolute: 1e-5 });
    const z = drawLatents(generator, createRng(4), 2);
    await expectClose(generator.map(parameters, tf.mul(z, 7)), generator.map(parameters, z), { absolute: 1e-5 });
  });

  it('adds noise by its strength, which is zero at first', async () => {
    await expectClose(generator.synthesise(parameters, latents, { noise }), generator.synthesise(parameters, latents));
    const strong = new Map([...parameters].map(([name, parameter]) => [name, name.endsWith('noise_strength') ? tf.variable(tf.scalar(1)) : parameter]));
    await expect(expectClose(generator.synthesise(strong, latents, { noise }), generator.synthesise(strong, latents))).rejects.toThrow('expected');
  });

  it('leaves nothing behind', async () => {
    await expectNoLeak(() => generator.initialise(createRng(1)));
    const z = drawLatents(generator, createRng(1), 2);
    await expectNoLeak(() => generator.map(parameters, z));
    await expectNoLeak(() => broadcastLatents(z, generator));
    await expectNoLeak(() => generator.synthesise(parameters, latents, { noise }));
    await expectNoLeak(() => [drawStyles(generator, parameters, createRng(2), { count: 3, mixing: 1 }), ...drawNoise(generator, createRng(3), 1), drawLatents(generator, createRng(1), 2)]);
  });

  it('refuses what it cannot make or draw', async () => {
    expect(() => createGenerator({ resolution: 48 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot create a generator as the resolution must be a power of two from 8 to 1024: current value is 48]`);
    expect(() => createGenerator({ resolution: 2048 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot create a generator as the resolution must be a power of two from 8 to 1024: current value is 2048]`);
    expect(() => createGenerator({ resolution: 32, latentSize: 0 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot create a generator as the latent size must be a positive integer: current value is 0]`);
    expect(() => createGenerator({ resolution: 32, channelBase: 16 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot create a generator as the channel base must be an integer of at least the resolution: current value is 16]`);
    await expectNoLeak(() => {
      expect(() => generator.synthesise(parameters, latents, { noise: noise.slice(1) })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot synthesise images as noise must have a map for each of 5 layers: current number is 4]`);
      expect(() => generator.synthesise(new Map(), latents)).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot run the network as every tensor of its architecture must be given: synthesis.b4.const is missing]`);
    });
    expect(() => generator.synthesise(parameters, tf.zeros([1, 4, 5]))).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot synthesise images as latents must have shape [N=1, 6, 5]: current shape is [1, 4, 5]]`);
  });
});

describe('latents', () => {
  const [one, two] = [tf.zeros<tf.Rank.R3>([1, 6, 5]), tf.ones<tf.Rank.R3>([1, 6, 5])];

  it('are mixed at the crossover, and truncated towards their mean', async () => {
    await expectClose(tf.mean(mixStyles(one, two, 4), [0, 2]), [0, 0, 0, 0, 1, 1]);
    const centre = tf.fill<tf.Rank.R1>([5], 3);
    await expectClose(truncateLatents(two, centre, 0.25), tf.fill([1, 6, 5], 2.5));
    await expectClose(truncateLatents(two, centre, 1), two);
  });

  it('leave nothing behind, and are refused where they do not fit', async () => {
    const centre = tf.zeros<tf.Rank.R1>([5]);
    await expectNoLeak(() => [mixStyles(one, two, 4), truncateLatents(two, centre, 0.5)]);
    expect(() => mixStyles(one, two, 7)).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot mix styles as the crossover must be an integer from 0 to 6: current value is 7]`);
    expect(() => truncateLatents(two, tf.zeros([4]), 1)).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot truncate latents as meanLatent must have shape [D=5]: current shape is [4]]`);
  });
});
