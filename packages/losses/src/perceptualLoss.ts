import { abs, add, mean, mul, scalar, sub, tidy, type Scalar } from '@tensorflow/tfjs-core';
import { findStagePair } from './findStagePair.ts';
import type { StageMaps } from './stageLoss.ts';
import { checkStageTerms, type StageTerm } from './stageTerm.ts';
import { stopGradient } from './stopGradient.ts';

const ACTION = 'compute the perceptual loss';

/** A perceptual loss and its parts. */
export interface PerceptualLoss {
  readonly loss: Scalar;
  /** Each stage's mean absolute difference, before its weight. */
  readonly stages: Readonly<Record<string, Scalar>>;
}

/**
 * How far two images are apart in the eyes of an encoder:
 *
 *     loss = sum over terms of weight mean |image map - target map|
 *
 * The maps are those of a frozen encoder in inference mode, at the images' own resolution. No gradient reaches the target.
 * `perceptualTerms` has the weights of the method's predecessor.
 *
 * @param imageStages The image's maps by stage, [N, H, W, C]; borrowed. Stages without a term are not looked at.
 * @param targetStages The target's maps, of the same shapes; borrowed.
 * @param options The stages with their weights, at most one term a stage.
 * @returns The loss and each stage's part; without terms the loss is 0.
 * @throws {RangeError} If a term's stage is missing, appears twice, or its weight is out of range.
 * @throws {TypeError} If shapes differ.
 *
 * @example
 * ```ts
 * const { loss } = perceptualLoss(encoder.encode(p, s, images, { training: false }).stages, target.stages, { terms: perceptualTerms });
 * ```
 *
 * @see Johnson et al. 2016, Perceptual Losses for Real-Time Style Transfer and Super-Resolution, equation 2
 */
export function perceptualLoss(imageStages: StageMaps, targetStages: StageMaps, { terms }: { readonly terms: readonly StageTerm[] }): PerceptualLoss {
  checkStageTerms(ACTION, terms);
  return tidy(() => {
    const stages: Record<string, Scalar> = {};
    let total = scalar(0);
    for (const { stage, weight } of terms) {
      const { query: image, key: target } = findStagePair(ACTION, imageStages, targetStages, stage, ['image', 'target']);
      const difference = mean<Scalar>(abs(sub(image, stopGradient(target))));
      stages[stage] = difference;
      total = add(total, mul(difference, weight));
    }
    return { loss: total, stages };
  });
}
