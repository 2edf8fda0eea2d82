import type { Rank, Tensor2D } from '@tensorflow/tfjs-core';
import type { Rng } from '@cxr-ifa/tensor';
import { normalTensor } from './normalTensor.ts';

/** Random z, [count, latentSize]. @param rng Advances. */
export function drawLatents({ latentSize }: { readonly latentSize: number }, rng: Rng, count: number): Tensor2D {
  return normalTensor<Rank.R2>(rng, [count, latentSize]);
}
