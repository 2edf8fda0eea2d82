import type { StoredTensor } from './storedTensor.ts';

/** How images were made ready for an encoder; whoever uses it must do the same. */
export interface Preprocessing {
  /** The side of the square that images become, in pixels. */
  readonly imageSize: number;
  /** The percentile above which pixels are clipped before the rest is stretched to 0..1. */
  readonly clipPercentile: number;
  /** What becomes of an image that is not square. */
  readonly aspect: 'stretch' | 'pad' | 'crop';
  /** What is then subtracted, and what it is divided by. */
  readonly normalisation: { readonly mean: number; readonly std: number };
}

/** Which encoder the tensors belong to. */
export interface EncoderTable {
  /** Such as `resnet18`. */
  readonly architecture: string;
  /** Channels of the stem. */
  readonly width: number;
  readonly inputChannels: 1 | 3;
}

/** What a checkpoint of pre-training says besides its tensors. */
export interface CheckpointDetails {
  readonly step: number;
  readonly epoch: number;
  readonly queuePointer: number;
  /** How many keys of the queue are real. @default {all} */
  readonly queueFilled?: number | undefined;
  readonly optimizerStep: number;
  /** Whose slots the file has. @default {'sgd'} */
  readonly optimizer?: 'sgd' | 'adamw' | 'lars' | undefined;
  readonly randomState: { readonly key: readonly [number, number]; readonly counter: number };
  /** Where in which epoch's order the next batch begins, and of how many images. */
  readonly sampler: { readonly epoch: number; readonly position: number; readonly images: number };
  readonly encoder: EncoderTable;
  readonly preprocessing: Preprocessing;
}

/** A checkpoint in memory. */
export interface TrainingCheckpoint {
  /** By snapshot name (`encoder_q.*`, `statistics_q.*`, ...), in TensorFlow.js's layout. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Absent in a file that another program wrote. */
  readonly details?: CheckpointDetails;
}

/** What the metadata of these checkpoints is called, with its version. */
export const CHECKPOINT_FORMAT = 'cxr-ifa-checkpoint-1';
/** Where in a file's metadata it stands. */
export const METADATA_KEY = 'cxr-ifa';
