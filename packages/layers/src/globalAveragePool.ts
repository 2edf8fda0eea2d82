import { mean, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';
import { assertShape } from '@cxr-ifa/tensor';

/**
 * The mean of each channel over all positions.
 *
 * @param x Maps, [N, H, W, C].
 * @returns Features, [N, C].
 * @throws {TypeError} If x is not of rank 4.
 *
 * @example
 * ```ts
 * const features = globalAveragePool(map); // [N, 7, 7, 2048] -> [N, 2048]
 * ```
 */
export function globalAveragePool(x: Tensor4D): Tensor2D {
  assertShape('average over positions', { x: [x, ['N', 'H', 'W', 'C']] });
  return mean(x, [1, 2]);
}
