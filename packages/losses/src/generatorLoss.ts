import { mean, neg, softplus, tidy, type Scalar, type Tensor1D } from '@tensorflow/tfjs-core';
import { assertShape } from '@cxr-ifa/tensor';

/**
 * The non-saturating loss of a generator, which wants its images to be taken for real:
 *
 *     mean over n of log(1 + exp(-generated[n]))
 *
 * @param generated The discriminator's scores of generated images, [N]; borrowed.
 * @returns The loss, log 2 for scores of 0.
 * @throws {TypeError} If the scores are no vector.
 *
 * @example
 * ```ts
 * const loss = generatorLoss(discriminator.score(parameters, generated));
 * ```
 *
 * @see Goodfellow et al. 2014, Generative Adversarial Nets, section 3
 */
export function generatorLoss(generated: Tensor1D): Scalar {
  assertShape('compute the generator loss', { generated: [generated, ['N']] });
  return tidy(() => mean(softplus(neg(generated))));
}
