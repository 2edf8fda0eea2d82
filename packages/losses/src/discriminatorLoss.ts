import { add, mean, neg, softplus, tidy, type Scalar, type Tensor1D } from '@tensorflow/tfjs-core';
import { assertShape } from '@cxr-ifa/tensor';

/**
 * The logistic loss of a discriminator, which wants high scores for real images and low ones for generated:
 *
 *     mean of log(1 + exp(-real)) + mean of log(1 + exp(generated))
 *
 * @param real Scores of real images, [N]; borrowed.
 * @param generated Scores of generated images, [M]; borrowed.
 * @returns The loss, 2 log 2 for scores of 0.
 * @throws {TypeError} If the scores are no vectors.
 *
 * @example
 * ```ts
 * const loss = discriminatorLoss(discriminator.score(parameters, real), discriminator.score(parameters, generated));
 * ```
 *
 * @see Goodfellow et al. 2014, Generative Adversarial Nets, equation 1
 */
export function discriminatorLoss(real: Tensor1D, generated: Tensor1D): Scalar {
  assertShape('compute the discriminator loss', { real: [real, ['N']], generated: [generated, ['M']] });
  return tidy(() => add(mean(softplus(neg(real))), mean(softplus(generated))));
}
