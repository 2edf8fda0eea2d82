import type { IfaTerm, IntermediateLoss } from '@cxr-ifa/losses';
import type { Optimizer } from '@cxr-ifa/optim';
import type { Encoder, Rng } from '@cxr-ifa/tensor';
import type { ProjectionHead } from './projectionHead.ts';

/** What a `MomentumContrast` is made of. */
export interface MomentumContrastOptions {
  readonly encoder: Encoder;
  /** How the query encoder's parameters move. */
  readonly optimizer: Optimizer;
  /** Where the initial parameters, the initial queue and the shuffles come from. */
  readonly rng: Rng;
  /** The IFA terms, such as `ifaPresets.released`; none is plain MoCo v2. @default {[]} */
  readonly ifa?: readonly IfaTerm[];
  /** A loss on intermediate maps in the place of IFA, such as one of `stageMse`; its own parameters, if it has any, are trained along. */
  readonly intermediate?: IntermediateLoss;
  /** Keys in the queue, K; a multiple of the batch, and no more than there are images. @default {65536} */
  readonly queueSize?: number;
  /** How much of the key encoder stays at each step, m. @default {0.999} */
  readonly momentum?: number;
  /** T. @default {0.2} */
  readonly temperature?: number;
  /** The projection head; a two-layer one by default. */
  readonly head?: ProjectionHead;
  /** Batch-norm groups, of the whole batch; `chooseBatchNormGroups` by default. */
  readonly batchNormGroups?: number;
  /**
   * Gradient accumulation: into how many micro-batches a batch is cut, one of which is in memory at a time. Divides batch and groups. With as many groups,
   * the step is the uncut one but for rounding: keys are shuffled over the whole batch, and queue, parameters and statistics change once. What it cannot do
   * is normalise over more images than a micro-batch has; and a loss that is no mean over images (Barlow Twins, masks of aligned views) is the mean of theirs. @default {1}
   */
  readonly microBatches?: number;
  /** `stages`: hold only the maps between the query encoder's stages, and compute what is inside a stage again for its gradients; less memory, more time, the same step. @default {'none'} */
  readonly recompute?: 'none' | 'stages';
  /** Shorten the gradients together to this norm where they are longer; above 0. Not by default. */
  readonly clipGradients?: number;
  /** Share of a batch in batch-norm's running statistics. @default {0.1} */
  readonly statisticsMomentum?: number;
  /** Whether keys are shuffled among the batch-norm groups. Without it batch-norm gives the pairs away: only to show what that looks like. @default {true} */
  readonly shuffleKeys?: boolean;
}

type Unset = 'batchNormGroups' | 'intermediate' | 'clipGradients';

/** Options with their defaults. */
export type CompleteOptions = Required<Omit<MomentumContrastOptions, Unset>> & Pick<MomentumContrastOptions, Unset>;
