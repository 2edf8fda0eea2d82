import { maximum, mul, rsqrt, square, step, sub, sum, tidy, type Tensor } from '@tensorflow/tfjs-core';

/** Squared norms below this count as no vector at all: no direction, no gradient. */
export const SMALLEST_SQUARED_NORM = 1e-12;

/**
 * Vectors scaled to length 1: x / |x|, and 0 with gradient 0 where |x|^2 is below 1e-12.
 *
 * @param x Any tensor; borrowed.
 * @param axis The axis along which the vectors lie. @default {-1}
 * @returns A tensor of the same shape; it belongs to the caller.
 *
 * @example
 * ```ts
 * const query = l2Normalise(projection); // [N, D]
 * ```
 */
export function l2Normalise<T extends Tensor>(x: T, axis = -1): T {
  return tidy(() => mul(x, inverseNorm(sum(square(x), axis, true))));
}

/** 1 / |x| from |x|^2. The step keeps dead vectors, common after ReLU, from a gradient of 1e6; `where(greater(...))` has no gradient in tfjs-core. */
export function inverseNorm<T extends Tensor>(squaredNorm: T): T {
  return mul(step(sub(squaredNorm, SMALLEST_SQUARED_NORM)), rsqrt(maximum(squaredNorm, SMALLEST_SQUARED_NORM)));
}
