import { div, image, sub, tensor4d, tidy, type Tensor4D } from '@tensorflow/tfjs-core';
import { extractFeatures, type Features } from '@cxr-ifa/heads/classification';
import type { OpenedEncoder } from '../encode/openEncoder.ts';

const BATCH = 64;

/**
 * What an encoder sees in pictures, whatever their size: resized to the encoder's own and normalised as it is used to.
 *
 * @param pictures Values from 0 to 1, side x side each; a batch of them is in memory at once.
 * @param side Their side.
 */
export function pictureFeatures({ encoder, parameters, statistics, preprocessing }: OpenedEncoder, pictures: Iterable<Float32Array> | AsyncIterable<Float32Array>, side: number): Promise<Features> {
  const { imageSize, normalisation } = preprocessing;
  const toImages = (data: Float32Array): Tensor4D =>
    tidy(() => {
      const given = tensor4d(data, [data.length / side ** 2, side, side, 1]);
      const resized = side === imageSize ? given : image.resizeBilinear(given, [imageSize, imageSize], false, true);
      return div<Tensor4D>(sub(resized, normalisation.mean), normalisation.std); // [n, imageSize, imageSize, 1]
    });
  async function* batches(): AsyncGenerator<Tensor4D, void, void> {
    for await (const data of joined(pictures, side ** 2)) {
      const images = toImages(data);
      try {
        yield images;
      } finally {
        images.dispose();
      }
    }
  }
  return extractFeatures(encoder, parameters, statistics, batches());
}

/** Pictures one after another, as many as a batch has; the last ones may be fewer. */
async function* joined(pictures: Iterable<Float32Array> | AsyncIterable<Float32Array>, pixels: number): AsyncGenerator<Float32Array, void, void> {
  const data = new Float32Array(BATCH * pixels);
  let filled = 0;
  for await (const picture of pictures) {
    data.set(picture, filled);
    filled += pixels;
    if (filled === data.length) {
      yield data.slice();
      filled = 0;
    }
  }
  if (filled > 0) yield data.slice(0, filled);
}
