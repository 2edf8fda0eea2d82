import { tensor4d, type Tensor4D } from '@tensorflow/tfjs-core';
import type { Normalisation } from '@cxr-ifa/transforms';
import { readCachedImage, type ImageCache } from '../input/imageCache.ts';

/**
 * Batches of prepared images without augmentation, as an encoder sees them in inference.
 *
 * @param cache Prepared images.
 * @param indices Which of them, in order.
 * @param options The encoder's normalisation, images in a batch, and whether an incomplete last batch is left out.
 * @returns Batches [N, H, W, 1]; each is disposed of when the next is asked for.
 */
export async function* imageBatches(
  cache: ImageCache,
  indices: readonly number[],
  { normalisation, batchSize, wholeOnly = false, onBatch }: { readonly normalisation: Normalisation; readonly batchSize: number; readonly wholeOnly?: boolean; readonly onBatch?: (done: number) => void },
): AsyncGenerator<Tensor4D, void, void> {
  const { imageSize } = cache.manifest.preparation;
  const pixels = imageSize ** 2;
  const [mean, factor] = [normalisation.mean, 1 / normalisation.std];
  for (let start = 0; start < indices.length; start += batchSize) {
    const chosen = indices.slice(start, start + batchSize);
    if (wholeOnly && start > 0 && chosen.length < batchSize) return;
    const data = new Float32Array(chosen.length * pixels);
    for (const [row, index] of chosen.entries()) {
      const image = readCachedImage(cache.locate(index));
      for (let i = 0; i < pixels; i++) data[row * pixels + i] = ((image[i] as number) - mean) * factor;
    }
    const images = tensor4d(data, [chosen.length, imageSize, imageSize, 1]); // [N, H, W, 1]
    try {
      yield images;
    } finally {
      images.dispose();
    }
    onBatch?.(start + chosen.length);
  }
}
