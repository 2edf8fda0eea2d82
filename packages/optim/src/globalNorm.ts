import { scalar, sqrt, square, stack, sum, tidy, type Scalar } from '@tensorflow/tfjs-core';
import type { NamedTensors } from './optimizer.ts';

/**
 * The Euclidean norm of all elements of all tensors together. Nothing is read back.
 *
 * @param tensors Such as gradients by parameter name; borrowed.
 * @returns The norm, which belongs to the caller; not finite where an element is not.
 *
 * @example
 * ```ts
 * const norm = globalNorm(gradients);
 * ```
 */
export function globalNorm(tensors: NamedTensors): Scalar {
  return tidy(() => {
    // Stacked, and not by addN, whose one kernel takes as many inputs as there are tensors: more than a GPU binds
    const squares = [...tensors.values()].map((tensor) => sum(square(tensor)) as Scalar);
    return squares.length > 0 ? sqrt(sum<Scalar>(stack(squares))) : scalar(0);
  });
}
