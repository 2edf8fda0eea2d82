import { tensor4d, type Tensor4D } from '@tensorflow/tfjs-core';
import type { Rng } from '@cxr-ifa/tensor';

/** A filter uniform within sqrt(3 / fan-in), which keeps the variance where no ReLU halves it: PyTorch's `kaiming_uniform_(a=1)`. */
export function uniformFilter(rng: Rng, shape: readonly [height: number, width: number, inputs: number, outputs: number]): Tensor4D {
  const [height, width, inputs, outputs] = shape;
  const bound = Math.sqrt(3 / (height * width * inputs));
  return tensor4d(Float32Array.from({ length: height * width * inputs * outputs }, () => rng.uniform(-bound, bound)), [height, width, inputs, outputs]);
}
