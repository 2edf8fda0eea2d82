import { add, clipByValue, div, tidy, type Tensor4D } from '@tensorflow/tfjs-core';
import { disposeTensors } from '@cxr-ifa/tensor';

/** A generator's images, about -1 to 1, [N, H, W, 1], as N pictures of values from 0 to 1; disposes of them. */
export async function toPictures(images: Tensor4D): Promise<Float32Array[]> {
  const scaled = tidy(() => clipByValue(div(add(images, 1), 2), 0, 1));
  const values = (await scaled.data()) as Float32Array;
  const [count] = images.shape;
  const pixels = values.length / count;
  disposeTensors([scaled, images]);
  return Array.from({ length: count }, (_, index) => values.slice(index * pixels, (index + 1) * pixels));
}
