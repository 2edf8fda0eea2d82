import { tensor4d, type Tensor4D } from '@tensorflow/tfjs-core';
import type { Rng } from '@cxr-ifa/tensor';

/**
 * A convolution filter drawn from N(0, 2 / (kh kw O)): He initialisation for ReLU that keeps the variance of the gradients (fan-out), as torchvision's ResNets.
 *
 * @param rng Source of randomness; advances.
 * @param shape Shape of the filter, [kh, kw, I, O].
 * @returns The filter, [kh, kw, I, O].
 * @see He et al. 2015, Delving Deep into Rectifiers, equation 14
 *
 * @example
 * ```ts
 * const filter = kaimingNormal(rng.fork('conv1.weight'), [7, 7, 1, 64]);
 * ```
 */
export function kaimingNormal(rng: Rng, shape: readonly [height: number, width: number, inputs: number, outputs: number]): Tensor4D {
  const [height, width, inputs, outputs] = shape;
  const deviation = Math.sqrt(2 / (height * width * outputs));
  const values = new Float32Array(height * width * inputs * outputs);
  for (let index = 0; index < values.length; index++) values[index] = deviation * rng.normal(); // millions of them: Float32Array.from takes several times as long
  return tensor4d(values, [height, width, inputs, outputs]);
}
