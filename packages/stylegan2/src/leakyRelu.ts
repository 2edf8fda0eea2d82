import { customGrad, leakyRelu as coreLeakyRelu, mul, step, type Tensor } from '@tensorflow/tfjs-core';

const SLOPE = 0.2;

/**
 * Leaky ReLU of slope 0.2, differentiable twice: core's own gradient selects by a comparison, which is slower and has no second order without help.
 * StyleGAN2 multiplies what comes out by sqrt(2); since leaky ReLU commutes with that, the layers multiply what is small (a bias, a demodulation) before it.
 */
export function leakyRelu<T extends Tensor>(x: T): T {
  return customGrad((input, save) => {
    const maps = input as Tensor;
    (save as (tensors: Tensor[]) => void)([maps]);
    return {
      value: coreLeakyRelu(maps, SLOPE),
      gradFunc: (dy: Tensor, saved: Tensor[]) => mul(dy, step(saved[0] as Tensor, SLOPE)),
    };
  })(x) as T;
}
