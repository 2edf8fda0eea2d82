import { add, mean, mul, scalar, square, sub, sum, tidy, type Scalar, type Tensor1D, type Tensor4D } from '@tensorflow/tfjs-core';
import { l2Normalise, perceptualLoss, perceptualTerms, type StageTerm } from '@cxr-ifa/losses';
import { assertShape, type Encoded } from '@cxr-ifa/tensor';
import { lookAt, type FrozenEncoder } from './frozenEncoder.ts';

/** How reconstructions are judged. */
export interface ReconstructionOptions {
  /** Whose eyes the perceptual and the identity term see with; without it there are none. */
  readonly perceptual?: FrozenEncoder;
  /** Weight of the squared difference of pixels. @default {1} */
  readonly pixelWeight?: number;
  /** Weight of the perceptual term. @default {0.8}, e4e's */
  readonly perceptualWeight?: number;
  /** Weight of the identity term. @default {0.1}, e4e's */
  readonly identityWeight?: number;
  /** Stages and weights of the perceptual term. @default `perceptualTerms` */
  readonly terms?: readonly StageTerm[];
}

/** A reconstruction loss and its terms before their weights; without a frozen encoder the last two are 0. */
export interface ReconstructionLoss {
  readonly loss: Scalar;
  readonly pixel: Scalar;
  readonly perceptual: Scalar;
  readonly identity: Scalar;
}

/** What a frozen encoder saw in the targets, so that it need not look at every step. */
export type Seen = Pick<Encoded, 'stages' | 'features'>;

/**
 * How far reconstructions are from their targets:
 *
 *     pixelWeight mean (image - target)^2 + perceptualWeight perceptualLoss + identityWeight (1 - mean cosine of features)
 *
 * @param images Reconstructions from -1 to 1, [N, H, W, C]; borrowed. The gradient goes to them.
 * @param targets Targets, of the same shape; borrowed.
 * @param options The frozen encoder and the weights.
 * @param seen What `lookAt` returned for the targets, if it was called already; borrowed.
 * @returns Loss and terms.
 * @throws {TypeError} If shapes differ.
 * @throws {RangeError} If a term's stage is none of the encoder's.
 *
 * @example
 * ```ts
 * const { loss } = reconstructionLoss(images, targets, { perceptual: { encoder, parameters, statistics, normalisation } });
 * ```
 * @see Tov et al. 2021, Designing an Encoder for StyleGAN Image Manipulation, section 4
 */
export function reconstructionLoss(
  images: Tensor4D,
  targets: Tensor4D,
  { perceptual: frozen, pixelWeight = 1, perceptualWeight = 0.8, identityWeight = 0.1, terms = perceptualTerms }: ReconstructionOptions = {},
  seen?: Seen,
): ReconstructionLoss {
  assertShape('compare reconstructions', { images: [images, ['N', 'H', 'W', 'C']], targets: [targets, ['N', 'H', 'W', 'C']] });
  return tidy(() => {
    const pixel: Scalar = mean(square(sub(images, targets)));
    if (!frozen) return { loss: mul<Scalar>(pixel, pixelWeight), pixel, perceptual: scalar(0), identity: scalar(0) };
    const [found, wanted] = [lookAt(frozen, images), seen ?? lookAt(frozen, targets)];
    const { loss: perceptual } = perceptualLoss(found.stages, wanted.stages, { terms });
    const cosine: Tensor1D = sum(mul(l2Normalise(found.features), l2Normalise(wanted.features)), 1); // [N]
    const identity: Scalar = sub(1, mean(cosine));
    return { loss: add<Scalar>(add<Scalar>(mul(pixel, pixelWeight), mul(perceptual, perceptualWeight)), mul(identity, identityWeight)), pixel, perceptual, identity };
  });
}
