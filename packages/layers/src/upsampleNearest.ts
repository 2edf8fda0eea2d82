import { assertShape } from '@cxr-ifa/tensor';
import { avgPool, customGrad, gather, image, mul, tidy, type Tensor4D } from '@tensorflow/tfjs-core';

/**
 * Enlarges maps by repeating positions: y[i, j] = x[floor(i H / height), floor(j W / width)], PyTorch's `interpolate(mode='nearest')`.
 *
 * @param x Maps, [N, H, W, C]; borrowed.
 * @param height Rows of the result.
 * @param width Columns of the result.
 * @returns Maps, [N, height, width, C]; they belong to the caller.
 * @throws {TypeError} If `x` has no four axes.
 * @throws {RangeError} If a size is no positive integer.
 *
 * @example
 * ```ts
 * const finer = upsampleNearest(coarse, 2 * coarse.shape[1], 2 * coarse.shape[2]);
 * ```
 */
export function upsampleNearest(x: Tensor4D, height: number, width: number): Tensor4D {
  const { H, W } = assertShape('enlarge maps', { x: [x, ['N', 'H', 'W', 'C']] }) as { H: number; W: number };
  if (![height, width].every((size) => Number.isSafeInteger(size) && size > 0)) throw new RangeError(`Cannot enlarge maps as height and width must be positive integers: current size is ${height} x ${width}`);
  const factors: [number, number] = [height / H, width / W];
  if (!factors.every(Number.isSafeInteger)) return tidy(() => gather(gather(x, sources(H, height), 1), sources(W, width), 2));
  // By whole factors the gradient is a sum over windows, which backends pool fast. tfjs's own gradient of the resize is slow, and by other factors it is wrong
  const enlarge = customGrad((maps) => ({
    value: image.resizeNearestNeighbor(maps as Tensor4D, [height, width]),
    gradFunc: (dy) => mul(avgPool(dy as Tensor4D, factors, factors, 'valid'), factors[0] * factors[1]),
  }));
  return enlarge(x) as Tensor4D;
}

/** For each of `to` positions, which of `from` it repeats. */
function sources(from: number, to: number): number[] {
  return Array.from({ length: to }, (_, position) => Math.floor((position * from) / to));
}
