import { normalise } from '@cxr-ifa/transforms';
import type { Preprocessing } from '@cxr-ifa/checkpoint';
import { tensor4d, type Tensor4D } from '@tensorflow/tfjs-core';

/** Prepared images as an encoder takes them, [N, H, W, 1]; the caller's. */
export function imageBatch(pixels: readonly Float32Array[], { imageSize, normalisation }: Preprocessing): Tensor4D {
  const size = imageSize ** 2;
  const values = new Float32Array(pixels.length * size);
  for (const [row, data] of pixels.entries()) normalise({ data, width: imageSize, height: imageSize, range: [0, 1] }, normalisation, values.subarray(row * size, (row + 1) * size));
  return tensor4d(values, [pixels.length, imageSize, imageSize, 1]); // [N, H, W, 1]
}
