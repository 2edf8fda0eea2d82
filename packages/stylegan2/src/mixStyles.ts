import { concat, slice, tidy, type Tensor3D } from '@tensorflow/tfjs-core';
import { assertShape } from '@cxr-ifa/tensor';

/**
 * Style mixing: the coarse layers of one image with the fine layers of another.
 *
 * @param coarse Latents for the layers before `crossover`, [N, L, D]; borrowed.
 * @param fine Latents for the others, [N, L, D]; borrowed.
 * @param crossover The first layer of `fine`, from 0 to L.
 * @returns Mixed latents, [N, L, D].
 * @throws {TypeError} If shapes differ.
 * @throws {RangeError} If the crossover is out of range.
 * @see Karras et al. 2019, A Style-Based Generator Architecture for Generative Adversarial Networks, section 3.1
 *
 * @example
 * ```ts
 * const mixed = mixStyles(first, second, 4);
 * ```
 */
export function mixStyles(coarse: Tensor3D, fine: Tensor3D, crossover: number): Tensor3D {
  const { L: styles } = assertShape('mix styles', { coarse: [coarse, ['N', 'L', 'D']], fine: [fine, ['N', 'L', 'D']] }) as { L: number };
  if (!(Number.isSafeInteger(crossover) && crossover >= 0 && crossover <= styles)) throw new RangeError(`Cannot mix styles as the crossover must be an integer from 0 to ${styles}: current value is ${crossover}`);
  return tidy(() => concat([slice(coarse, [0, 0, 0], [-1, crossover, -1]), slice(fine, [0, crossover, 0], [-1, -1, -1])], 1));
}
