import { add, mul, reshape, sub, tidy, type Tensor1D, type Tensor3D } from '@tensorflow/tfjs-core';
import { assertShape } from '@cxr-ifa/tensor';

/**
 * Truncation: draws latents towards their mean, for fewer odd images and less variety.
 *
 * @param latents Latents, [N, L, D]; borrowed.
 * @param meanLatent The mean of w, [D]; borrowed.
 * @param psi 1 leaves latents as they are, 0 makes all of them the mean.
 * @returns mean + psi (w - mean), [N, L, D].
 * @throws {TypeError} If shapes do not fit.
 * @see Karras et al. 2019, A Style-Based Generator Architecture for Generative Adversarial Networks, appendix B
 *
 * @example
 * ```ts
 * const images = generator.synthesise(parameters, truncateLatents(latents, meanLatent, 0.7));
 * ```
 */
export function truncateLatents(latents: Tensor3D, meanLatent: Tensor1D, psi: number): Tensor3D {
  const { D } = assertShape('truncate latents', { latents: [latents, ['N', 'L', 'D']], meanLatent: [meanLatent, ['D']] }) as { D: number };
  return tidy(() => {
    const centre = reshape(meanLatent, [1, 1, D]);
    return add(centre, mul(sub(latents, centre), psi));
  });
}
