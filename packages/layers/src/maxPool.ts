import { maxPool as tfMaxPool, pad, tidy, type Tensor4D } from '@tensorflow/tfjs-core';
import { assertShape } from '@cxr-ifa/tensor';

/** The window of {@link maxPool}. */
export interface MaxPoolOptions {
  /** Height and width of the window in pixels; odd. */
  readonly size: number;
  /** Step in pixels, along both axes. */
  readonly stride: number;
}

/**
 * Max-pooling of maps that have no negative value, such as those behind a ReLU, padded by `size >> 1` on every side.
 * There a zero stands for PyTorch's minus infinity: it never beats a value of the map.
 *
 * @param x Maps without negative values, [N, H, W, C]. That is not checked: it would need a read from the device.
 * @param options Size and stride of the window.
 * @returns Maps, [N, floor((H - 1) / stride) + 1, floor((W - 1) / stride) + 1, C].
 * @throws {TypeError} If x is not of rank 4.
 * @throws {RangeError} If the size is not odd, or size or stride no positive integer.
 *
 * @example
 * ```ts
 * const y = maxPool(tf.relu(x), { size: 3, stride: 2 }); // [N, 112, 112, C] -> [N, 56, 56, C]
 * ```
 */
export function maxPool(x: Tensor4D, { size, stride }: MaxPoolOptions): Tensor4D {
  assertShape('max-pool', { x: [x, ['N', 'H', 'W', 'C']] });
  if (!(Number.isSafeInteger(size) && size > 0 && size % 2 === 1)) throw new RangeError(`Cannot max-pool as the size must be a positive odd integer: current value is ${size}`);
  if (!(Number.isSafeInteger(stride) && stride > 0)) throw new RangeError(`Cannot max-pool as the stride must be a positive integer: current value is ${stride}`);
  const border = size >> 1;
  return tidy(() => tfMaxPool(pad(x, [[0, 0], [border, border], [border, border], [0, 0]]), size, stride, 'valid'));
}
