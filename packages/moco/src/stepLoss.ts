import { infoNce, l2Normalise, type StageMaps } from '@cxr-ifa/losses';
import type { Parameters } from '@cxr-ifa/tensor';
import { add, tidy, type Scalar, type Tensor2D } from '@tensorflow/tfjs-core';
import { stageNumbers, type Approximation } from './approximation.ts';
import type { Keys } from './encodeKeys.ts';
import type { ProjectionHead } from './projectionHead.ts';

/** What a step's loss compares the query with, and how. */
export interface StepLossOptions {
  readonly head: ProjectionHead;
  readonly headParameters: Parameters;
  readonly approximation: Approximation;
  /** The intermediate loss's own parameters. */
  readonly intermediate: Parameters;
  readonly keys: Keys;
  /** [K, D] */
  readonly queue: Tensor2D;
  readonly temperature: number;
}

/** A step's loss, and the numbers that are logged besides it, by name; all of it belongs to the caller. */
export interface StepLoss {
  readonly loss: Scalar;
  readonly numbers: Record<string, Scalar>;
}

/**
 * InfoNCE of the queries' embeddings plus the loss on their intermediate maps.
 * Every number is a mean over the images, so that of a batch it is the mean of its parts'.
 *
 * @param encoded The query's maps by stage, [N, H, W, C], and features [N, F]; borrowed, as everything else.
 */
export function stepLoss(encoded: { readonly stages: StageMaps; readonly features: Tensor2D }, { head, headParameters, approximation, intermediate, keys, queue, temperature }: StepLossOptions): StepLoss {
  return tidy(() => {
    const embeddings = l2Normalise(head.project(headParameters, encoded.features)); // [N, D]
    const { loss: contrast, accuracyTop1, positiveLogit, negativeLogit } = infoNce(embeddings, keys.embeddings, queue, { temperature });
    const approximated = approximation.compute(encoded.stages, keys, intermediate);
    const perStage = Object.fromEntries(stageNumbers(approximation, approximated, Object.keys(keys.masks).length > 0));
    return { loss: add(contrast, approximated.loss) as Scalar, numbers: { infoNce: contrast, ...perStage, accuracyTop1, positiveLogit, negativeLogit } };
  });
}
