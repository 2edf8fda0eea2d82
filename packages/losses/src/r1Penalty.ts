import { mean, square, sum, tidy, type Scalar, type Tensor1D, type Tensor4D } from '@tensorflow/tfjs-core';
import { assertShape } from '@cxr-ifa/tensor';
import { gradientOf } from './gradientOf.ts';

/**
 * The R1 gradient penalty of a discriminator: how steep its score is at real images.
 *
 *     mean over n of the sum of (d score[n] / d images[n])^2
 *
 * Loss weight: half the gamma of the paper. Within a tape it has a gradient in turn, which is one of second order: `score` must be made of operations that have
 * one (with '@cxr-ifa/gradients': convolutions, products, sums, leaky ReLU; not pooling, not resizing). Where a score depends on other images of its batch
 * through their spread, the gradient of the sum of scores stands for that of each.
 *
 * @param score The discriminator with its parameters, [N, H, W, C] to [N]; called once, on tensors it borrows.
 * @param images Real images, [N, H, W, C]; borrowed.
 * @returns The penalty.
 * @throws {TypeError} If shapes do not fit.
 *
 * @example
 * ```ts
 * const { gradients } = valueAndGradients(() => ({ loss: tf.mul(r1Penalty((x) => discriminator.score(parameters, x), images), gamma / 2), auxiliary: {} }), parameters);
 * ```
 *
 * @see Mescheder et al. 2018, Which Training Methods for GANs do actually Converge?, equation 9
 */
export function r1Penalty(score: (images: Tensor4D) => Tensor1D, images: Tensor4D): Scalar {
  const { N: batch } = assertShape('compute the R1 penalty', { images: [images, ['N', 'H', 'W', 'C']] }) as { N: number };
  return tidy(() => {
    const slopes = gradientOf((x) => {
      const scores = score(x);
      assertShape('compute the R1 penalty', { scores: [scores, [batch]] });
      return sum(scores);
    }, images); // [N, H, W, C]
    return mean(sum(square(slopes), [1, 2, 3]));
  });
}
