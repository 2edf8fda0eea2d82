import type { Tensor1D, Tensor2D, Tensor4D, Variable } from '@tensorflow/tfjs-core';
import type { Rng } from './rng.ts';

/** Trainable tensors by torchvision's names, such as `layer1.0.conv1.weight`. Convolution filters are [H, W, I, O], linear weights [O, I]. */
export type Parameters = ReadonlyMap<string, Variable>;

/** Batch-norm's `running_mean` and `running_var` by torchvision's names. Never in {@link Parameters}: no optimiser and no momentum update touches them. */
export type Statistics = ReadonlyMap<string, Tensor1D>;

/** One stage of an encoder: its name, the channels of its map, and by how much the map is smaller than the image. */
export interface Stage {
  readonly name: string;
  readonly channels: number;
  readonly stride: number;
}

/** How an encoder runs. */
export interface EncodeOptions {
  /** `true` normalises with the batch's own statistics and returns them; `false` uses `statistics`. */
  readonly training: boolean;
  /** Batch-norm groups: the batch is cut into this many equal runs of images, each normalised by itself. @default {1} */
  readonly groups?: number;
  /** Continue after the given stage from its map, instead of from the images. */
  readonly from?: { readonly stage: string; readonly map: Tensor4D };
  /** Stop after the given stage: later ones are not run, and the features are the pooled map of this one. */
  readonly to?: string;
}

/** What an encoder returns; all of it belongs to the caller. */
export interface Encoded {
  /** Every stage's map by the stage's name, [N, H, W, C]; with `from`, only the stages after it, and with `to`, only those up to it. */
  readonly stages: Record<string, Tensor4D>;
  /** Globally average-pooled features, [N, featureSize]; with `to`, as many as that stage has channels. */
  readonly features: Tensor2D;
  /** The statistics of this batch (unbiased variance, mean over the groups), under the names of {@link Statistics}; only when training. */
  readonly batchStatistics?: Statistics;
}

/**
 * An image encoder as a value: its shape, how its tensors are made, and how it runs.
 * Whoever takes an encoder takes this and never a particular architecture.
 */
export interface Encoder {
  readonly stages: readonly Stage[];
  readonly featureSize: number;
  readonly inputChannels: 1 | 3;
  /** Makes parameters and statistics; both belong to the caller. */
  initialise(rng: Rng): { parameters: Parameters; statistics: Statistics };
  /** Encodes images [N, H, W, inputChannels]; borrows everything it is given. */
  encode(parameters: Parameters, statistics: Statistics, images: Tensor4D, options: EncodeOptions): Encoded;
}
