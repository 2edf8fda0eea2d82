import { mean, mul, sqrt, square, sub, sum, tidy, type Scalar, type Tensor1D, type Tensor3D, type Tensor4D } from '@tensorflow/tfjs-core';
import { assertShape } from '@cxr-ifa/tensor';
import { gradientOf } from './gradientOf.ts';

/** A path-length penalty and the lengths it is made of. */
export interface PathLengthPenalty {
  readonly loss: Scalar;
  /** The length of each image's path, [N]. */
  readonly lengths: Tensor1D;
}

/**
 * The path-length regularisation of a generator: a step in latent space should change every image by the same amount, whatever its direction.
 *
 *     length[n] = sqrt(mean over layers of |d sum(images[n] direction[n]) / d latents[n, layer]|^2)
 *     loss = mean over n of (length[n] - target)^2
 *
 * `direction` is noise over the pixels, of deviation 1 / sqrt(H W); `target` is the running mean of the lengths, which the caller keeps.
 * Within a tape it has a gradient in turn, as `r1Penalty`.
 *
 * @param synthesise The generator with its parameters, [N, L, D] to [N, H, W, C]; called once, on tensors it borrows.
 * @param latents Latents, [N, L, D]; borrowed.
 * @param options `direction` [N, H, W, C], borrowed, and `target`.
 * @returns The loss and the lengths; both belong to the caller.
 * @throws {TypeError} If shapes do not fit.
 *
 * @example
 * ```ts
 * const { loss, lengths } = pathLengthPenalty((latents) => generator.synthesise(parameters, latents), latents, { direction, target });
 * ```
 *
 * @see Karras et al. 2020, Analyzing and Improving the Image Quality of StyleGAN, equation 4
 */
export function pathLengthPenalty(
  synthesise: (latents: Tensor3D) => Tensor4D,
  latents: Tensor3D,
  { direction, target }: { readonly direction: Tensor4D; readonly target: number },
): PathLengthPenalty {
  const action = 'compute the path-length penalty';
  const { N, H, W, C } = assertShape(action, { latents: [latents, ['N', 'L', 'D']], direction: [direction, ['N', 'H', 'W', 'C']] }) as Record<'N' | 'H' | 'W' | 'C', number>;
  return tidy(() => {
    const slopes = gradientOf((x) => {
      const images = synthesise(x);
      assertShape(action, { images: [images, [N, H, W, C]] });
      return sum(mul(images, direction));
    }, latents); // [N, L, D]
    const lengths: Tensor1D = sqrt(mean<Tensor1D>(sum(square(slopes), 2), 1)); // [N]
    return { loss: mean<Scalar>(square(sub(lengths, target))), lengths };
  });
}
