import { add, mul, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
import { linear } from '@cxr-ifa/layers';
import type { Parameters } from '@cxr-ifa/tensor';
import { requireTensor } from './requireTensor.ts';

/** Options of {@link equalisedLinear}. */
export interface EqualisedLinearOptions {
  /** The layer's own multiple of the learning rate: weights are kept larger by its inverse. @default {1} */
  readonly multiplier?: number;
  /** What the result is multiplied by. @default {1} */
  readonly gain?: number;
}

/**
 * A linear layer with equalised learning rate: weights are kept at unit variance and divided by sqrt(fan-in) at run time, so that every layer learns equally fast.
 *
 * @param x Inputs, [N, I].
 * @returns gain multiplier (x weightᵀ / sqrt(I) + bias), [N, O].
 * @see Karras et al. 2018, Progressive Growing of GANs, section 4.1
 */
export function equalisedLinear(parameters: Parameters, name: string, x: Tensor2D, { multiplier = 1, gain = 1 }: EqualisedLinearOptions = {}): Tensor2D {
  const weight = requireTensor<Tensor2D>(parameters, `${name}.weight`);
  const scale = gain * multiplier;
  return add(linear(x, mul(weight, scale / Math.sqrt(weight.shape[1]))), mul(requireTensor<Tensor1D>(parameters, `${name}.bias`), scale));
}
