import { add, div, minimum, mul, tidy, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import { globalNorm } from './globalNorm.ts';
import type { NamedTensors } from './optimizer.ts';
import { requireNumber } from './requireNumber.ts';

/**
 * Shortens gradients to a common Euclidean norm: each is multiplied by min(1, maximum / (norm + 1e-6)), PyTorch's `clip_grad_norm_`.
 * Nothing is read back: the factor stays on the device. Where a gradient is not finite the norm is not either, which is the sign to skip the step.
 *
 * @param gradients Gradients by parameter name; borrowed.
 * @param maximum The norm they may have together; above 0.
 * @returns New gradients, and the norm before clipping; both belong to the caller.
 * @throws {RangeError} If `maximum` is not above 0.
 *
 * @example
 * ```ts
 * const { gradients: clipped, norm } = clipByGlobalNorm(gradients, 1);
 * ```
 *
 * @see Pascanu et al. 2013, On the difficulty of training recurrent neural networks
 */
export function clipByGlobalNorm(gradients: NamedTensors, maximum: number): { gradients: Map<string, Tensor>; norm: Scalar } {
  requireNumber('clip gradients', 'maximum', maximum, 'above 0', maximum > 0);
  const names = [...gradients.keys()];
  const { clipped, norm } = tidy(() => {
    const total = globalNorm(gradients);
    const factor = minimum(1, div(maximum, add(total, 1e-6)));
    return { clipped: [...gradients.values()].map((gradient) => mul(gradient, factor)), norm: total };
  });
  return { gradients: new Map(names.map((name, index) => [name, clipped[index] as Tensor])), norm };
}
