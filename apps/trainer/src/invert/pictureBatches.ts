import { image, div, sub, tensor4d, tidy, type Tensor4D } from '@tensorflow/tfjs-core';

const BATCH = 64;

/**
 * Pictures of values from 0 to 1 as an encoder is used to them: resized to its own side, and normalised.
 *
 * @returns Batches [N, size, size, 1]; each is disposed of when the next is asked for.
 */
export function* pictureBatches(pictures: readonly Float32Array[], { size, mean, std }: { readonly size: number; readonly mean: number; readonly std: number }): Generator<Tensor4D, void, void> {
  for (let start = 0; start < pictures.length; start += BATCH) {
    const chosen = pictures.slice(start, start + BATCH);
    const side = Math.sqrt((chosen[0] as Float32Array).length);
    const data = new Float32Array(chosen.length * side ** 2);
    for (const [index, picture] of chosen.entries()) data.set(picture, index * side ** 2);
    const images = tidy(() => {
      const given = tensor4d(data, [chosen.length, side, side, 1]);
      const resized = side === size ? given : image.resizeBilinear(given, [size, size], false, true);
      return div<Tensor4D>(sub(resized, mean), std);
    });
    try {
      yield images;
    } finally {
      images.dispose();
    }
  }
}
