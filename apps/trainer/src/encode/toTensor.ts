import type { Preprocessing } from '@cxr-ifa/checkpoint';
import { tensor4d, type Tensor4D } from '@tensorflow/tfjs-core';

/** Ready images as an encoder takes them, [N, H, W, 1]; the caller's. */
export function toTensor(images: readonly { readonly pixels: Float32Array }[], { imageSize, normalisation: { mean, std } }: Preprocessing): Tensor4D {
  const data = new Float32Array(images.length * imageSize ** 2);
  for (const [row, { pixels }] of images.entries()) data.set(pixels.map((value) => (value - mean) / std), row * imageSize ** 2);
  return tensor4d(data, [images.length, imageSize, imageSize, 1]);
}
