import { tidy, type Tensor3D } from '@tensorflow/tfjs-core';
import { broadcastLatents, drawLatents, drawNoise, truncateLatents } from '@cxr-ifa/stylegan2';
import type { Rng } from '@cxr-ifa/tensor';
import type { LoadedGenerator } from './loadGenerator.ts';
import { toPictures } from './toPictures.ts';

/** As much of a generator as drawing needs. */
export type Drawer = Pick<LoadedGenerator, 'generator' | 'parameters' | 'meanLatent'>;

/** Random latents [count, L, D], drawn towards the mean by `truncation`. */
export function randomLatents({ generator, parameters, meanLatent }: Drawer, rng: Rng, count: number, truncation = 1): Tensor3D {
  return tidy(() => truncateLatents(broadcastLatents(generator.map(parameters, drawLatents(generator, rng, count)), generator), meanLatent, truncation));
}

/** Images of latents [N, L, D], with random noise, as N pictures of values from 0 to 1. */
export function drawLatentImages({ generator, parameters }: Drawer, latents: Tensor3D, rng: Rng): Promise<Float32Array[]> {
  return toPictures(tidy(() => generator.synthesise(parameters, latents, { noise: drawNoise(generator, rng, latents.shape[0]) })));
}

/** Random images in batches: the same for the same generator, seed, count and batch. */
export async function* drawImages(drawer: Drawer, rng: Rng, { count, truncation = 1, batchSize = 16 }: { readonly count: number; readonly truncation?: number; readonly batchSize?: number }): AsyncGenerator<Float32Array, void, void> {
  for (let start = 0; start < count; start += batchSize) {
    const own = rng.fork('batch', start);
    const latents = randomLatents(drawer, own, Math.min(batchSize, count - start), truncation);
    const images = await drawLatentImages(drawer, latents, own);
    latents.dispose();
    yield* images;
  }
}
