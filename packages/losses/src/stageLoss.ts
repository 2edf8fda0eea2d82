import type { Parameters, Rng } from '@cxr-ifa/tensor';
import type { Scalar, Tensor4D } from '@tensorflow/tfjs-core';

/** Feature maps by stage, [N, H, W, C] each. */
export type StageMaps = Readonly<Record<string, Tensor4D>>;

/** A loss on stages and what it is made of; all of it belongs to whoever called. */
export interface StageLoss {
  /** The weighted sum of the terms. */
  readonly loss: Scalar;
  /** Each stage's term before its weight. */
  readonly stages: Record<string, Scalar>;
  /** How much query and key agree after each stage, at most 1: a mean cosine, or a mean correlation. */
  readonly similarity: Record<string, Scalar>;
}

/**
 * A loss on intermediate feature maps as a trainer takes it: which stages it needs, and the function of them.
 *
 * @example
 * ```ts
 * const intermediate: IntermediateLoss = { name: 'mse', stages: kakuMse.map(({ stage }) => stage), compute: (query, key) => stageMse(query, key, { terms: kakuMse }) };
 * ```
 */
export interface IntermediateLoss {
  /** What its terms are called in a log, before the stage: `mse` gives `mse.layer1`. */
  readonly name: string;
  /** The stages it looks at. */
  readonly stages: readonly string[];
  /** Makes parameters of the loss's own, such as a projector's, which the trainer trains along with the query encoder; they belong to the caller. None by default. */
  initialise?(rng: Rng): Parameters;
  /** Borrows its arguments; gradients may flow to query and parameters, never to the key's maps. */
  compute(query: StageMaps, key: StageMaps, parameters: Parameters): StageLoss;
}
