import { div, image, sub, tensor4d, tidy, type Tensor4D } from '@tensorflow/tfjs-core';
import type { Preprocessing } from '@cxr-ifa/checkpoint';
import { inBatches } from './inBatches.ts';

const BATCH = 64;

/**
 * Pictures of values from 0 to 1 as an encoder is used to them: resized to its own side, and normalised.
 *
 * @param pictures Square, all of one side; a batch of them is in memory at once.
 * @returns Batches [N, imageSize, imageSize, 1]; each is disposed of when the next is asked for.
 */
export async function* pictureBatches(pictures: Iterable<Float32Array> | AsyncIterable<Float32Array>, { imageSize, normalisation: { mean, std } }: Pick<Preprocessing, 'imageSize' | 'normalisation'>): AsyncGenerator<Tensor4D, void, void> {
  for await (const batch of inBatches(pictures, BATCH)) {
    const pixels = (batch[0] as Float32Array).length;
    const side = Math.sqrt(pixels);
    const data = new Float32Array(batch.length * pixels);
    for (const [index, picture] of batch.entries()) data.set(picture, index * pixels);
    const images = tidy(() => {
      const given = tensor4d(data, [batch.length, side, side, 1]);
      const resized = side === imageSize ? given : image.resizeBilinear(given, [imageSize, imageSize], false, true);
      return div<Tensor4D>(sub(resized, mean), std); // [N, imageSize, imageSize, 1]
    });
    try {
      yield images;
    } finally {
      images.dispose();
    }
  }
}
