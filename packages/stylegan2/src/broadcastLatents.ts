import { expandDims, mul, ones, tidy, type Tensor2D, type Tensor3D } from '@tensorflow/tfjs-core';

/**
 * One w for every layer.
 *
 * @param w Latents, [N, D]; borrowed.
 * @param generator How many layers there are: `styles`, L.
 * @returns The same w, L times over, [N, L, D].
 *
 * @example
 * ```ts
 * const images = generator.synthesise(parameters, broadcastLatents(w, generator));
 * ```
 */
export function broadcastLatents(w: Tensor2D, { styles }: { readonly styles: number }): Tensor3D {
  return tidy(() => mul(expandDims(w, 1), ones([1, styles, 1])));
}
