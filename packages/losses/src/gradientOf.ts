import { valueAndGradients } from '@cxr-ifa/tensor';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';

/** The gradient of a scalar function at `x`; within a tape it can be differentiated in turn. `tf.grad` would leave tensors behind where `f` throws. */
export function gradientOf<T extends Tensor>(f: (x: T) => Scalar, x: T): T {
  const { gradients } = valueAndGradients(() => ({ loss: f(x), auxiliary: {} }), new Map([['x', x]]));
  return gradients.get('x') as T;
}
