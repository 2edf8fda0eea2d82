import { div, image, sub, tensor4d, tidy, type Tensor4D } from '@tensorflow/tfjs-core';
import { extractFeatures, type Features } from '@cxr-ifa/heads/classification';
import type { OpenedEncoder } from '../encode/openEncoder.ts';

const BATCH = 64;

/**
 * What an encoder sees in pictures, whatever their size: resized to the encoder's own and normalised as it is used to.
 *
 * @param pictures Values from 0 to 1, side x side each.
 * @param side Their side.
 */
export function pictureFeatures({ encoder, parameters, statistics, preprocessing }: OpenedEncoder, pictures: readonly Float32Array[], side: number): Promise<Features> {
  const { imageSize, normalisation } = preprocessing;
  function* batches(): Generator<Tensor4D, void, void> {
    for (let start = 0; start < pictures.length; start += BATCH) {
      const chosen = pictures.slice(start, start + BATCH);
      const data = new Float32Array(chosen.length * side ** 2);
      for (const [index, picture] of chosen.entries()) data.set(picture, index * side ** 2);
      const images = tidy(() => {
        const given = tensor4d(data, [chosen.length, side, side, 1]);
        const resized = side === imageSize ? given : image.resizeBilinear(given, [imageSize, imageSize], false, true);
        return div<Tensor4D>(sub(resized, normalisation.mean), normalisation.std);
      });
      try {
        yield images;
      } finally {
        images.dispose();
      }
    }
  }
  return extractFeatures(encoder, parameters, statistics, batches());
}
