import { planBatches } from '@cxr-ifa/datasets';
import { tensor4d, type Tensor4D } from '@tensorflow/tfjs-core';
import type { Rng } from '@cxr-ifa/tensor';
import { readCachedImage, type ImageCache } from '../input/imageCache.ts';

/** Prepared images from -1 to 1, [N, H, W, 1]. */
export function imagesAsTensor(cache: ImageCache, indices: readonly number[]): Tensor4D {
  const { imageSize } = cache.manifest.preparation;
  const pixels = imageSize ** 2;
  const data = new Float32Array(indices.length * pixels);
  for (const [row, index] of indices.entries()) {
    const image = readCachedImage(cache.locate(index));
    for (let i = 0; i < pixels; i++) data[row * pixels + i] = 2 * (image[i] as number) - 1;
  }
  return tensor4d(data, [indices.length, imageSize, imageSize, 1]);
}

/** The batches of training from a step on; their tensors belong to the consumer. */
export function* ganBatches(cache: ImageCache, rng: Rng, { batchSize, from, to }: { readonly batchSize: number; readonly from: number; readonly to: number }): Generator<Tensor4D, void, void> {
  for (const { indices } of planBatches(rng, cache.manifest.images.length, batchSize, from, to)) yield imagesAsTensor(cache, indices);
}
