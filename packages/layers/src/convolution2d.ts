import { add, conv2d, pad, tidy, type Tensor1D, type Tensor4D } from '@tensorflow/tfjs-core';
import { assertShape } from '@cxr-ifa/tensor';

/** How {@link convolution2d} moves over its input. */
export interface Convolution2dOptions {
  /** Step in pixels, along both axes. @default {1} */
  readonly stride?: number;
  /** Added to every position, [O]. @default {none} */
  readonly bias?: Tensor1D;
}

/**
 * Two-dimensional convolution padded by `size >> 1` on every side, as PyTorch's `Conv2d(padding=size // 2)`.
 *
 * With stride 1 that is tfjs's `'same'`; with a larger stride `'same'` pads one side more than the other, so the zeros are added by hand.
 * These two forms are the ones that every backend accepts.
 *
 * @param x Maps, [N, H, W, I].
 * @param filter Filter of odd height and width, [kh, kw, I, O].
 * @param options The stride and the bias; borrowed.
 * @returns Maps, [N, floor((H - 1) / stride) + 1, floor((W - 1) / stride) + 1, O].
 * @throws {TypeError} If a shape does not fit.
 * @throws {RangeError} If the filter's size is even or the stride no positive integer.
 *
 * @example
 * ```ts
 * const y = convolution2d(images, filter, { stride: 2 }); // [N, 224, 224, 1] -> [N, 112, 112, 64]
 * ```
 */
export function convolution2d(x: Tensor4D, filter: Tensor4D, { stride = 1, bias }: Convolution2dOptions = {}): Tensor4D {
  assertShape('convolve', { x: [x, ['N', 'H', 'W', 'I']], filter: [filter, ['kh', 'kw', 'I', 'O']], ...(bias && { bias: [bias, ['O']] as const }) });
  const [height, width] = filter.shape;
  if (height % 2 === 0 || width % 2 === 0) throw new RangeError(`Cannot convolve as the filter's height and width must be odd: current size is ${height} x ${width}`);
  if (!(Number.isSafeInteger(stride) && stride > 0)) throw new RangeError(`Cannot convolve as the stride must be a positive integer: current value is ${stride}`);
  return tidy(() => {
    const y = convolve(x, filter, stride);
    return bias ? add<Tensor4D>(y, bias) : y;
  });
}

function convolve(x: Tensor4D, filter: Tensor4D, stride: number): Tensor4D {
  if (stride === 1) return conv2d(x, filter, 1, 'same');
  const [vertical, horizontal] = [filter.shape[0] >> 1, filter.shape[1] >> 1];
  if (vertical === 0 && horizontal === 0) return conv2d(x, filter, stride, 'valid');
  const padded = pad(x, [[0, 0], [vertical, vertical], [horizontal, horizontal], [0, 0]]); // [N, H + kh - 1, W + kw - 1, I]
  return conv2d(padded, filter, stride, 'valid');
}
