import { tidy, type Tensor3D } from '@tensorflow/tfjs-core';
import type { Generator, Parameters, Rng } from '@cxr-ifa/tensor';
import { broadcastLatents } from './broadcastLatents.ts';
import { drawLatents } from './drawLatents.ts';
import { mixStyles } from './mixStyles.ts';

/**
 * Random latents for a training step: z's mapped to w, and with probability `mixing` the later layers from other z's, so that layers do not learn to rely on one another.
 *
 * @param rng Advances.
 * @returns Latents [count, L, D].
 */
export function drawStyles(generator: Generator, parameters: Parameters, rng: Rng, { count, mixing }: { readonly count: number; readonly mixing: number }): Tensor3D {
  return tidy(() => {
    const draw = (): Tensor3D => broadcastLatents(generator.map(parameters, drawLatents(generator, rng, count)), generator);
    const first = draw();
    if (rng.uniform() >= mixing) return first;
    return mixStyles(first, draw(), 1 + rng.integer(generator.styles - 1));
  });
}
