import type { Rank, Tensor4D } from '@tensorflow/tfjs-core';
import type { Generator, Rng } from '@cxr-ifa/tensor';
import { normalTensor } from './normalTensor.ts';

/** Random noise for every layer, [count, H, W, 1] each. @param rng Advances. */
export function drawNoise({ noiseShapes }: Pick<Generator, 'noiseShapes'>, rng: Rng, count: number): Tensor4D[] {
  return noiseShapes.map(([height, width]) => normalTensor<Rank.R4>(rng, [count, height, width, 1]));
}
