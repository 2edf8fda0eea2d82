import { tensor, type Rank, type ShapeMap, type Tensor } from '@tensorflow/tfjs-core';
import type { Rng } from '@cxr-ifa/tensor';

/** Numbers from the normal distribution of mean 0. */
export function normalTensor<R extends Rank>(rng: Rng, shape: ShapeMap[R], deviation = 1): Tensor<R> {
  const size = (shape as number[]).reduce((product, side) => product * side, 1);
  return tensor<R>(Float32Array.from({ length: size }, () => deviation * rng.normal()), shape);
}
