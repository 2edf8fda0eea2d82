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
  /** Batch-norm groups; `chooseBatchNormGroups` of the batch by default. */
  readonly batchNormGroups?: number;
  /** Share of a batch in batch-norm's running statistics. @default {0.1} */
  readonly statisticsMomentum?: number;
  /** Whether keys are shuffled among the batch-norm groups. Without it batch-norm gives the pairs away: only to show what that looks like. @default {true} */
  readonly shuffleKeys?: boolean;
}

/** Options with their defaults. */
export type CompleteOptions = Required<Omit<MomentumContrastOptions, 'batchNormGroups' | 'intermediate'>> & Pick<MomentumContrastOptions, 'batchNormGroups' | 'intermediate'>;
