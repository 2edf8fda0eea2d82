import type { EncoderTable, Preprocessing } from '@cxr-ifa/checkpoint';
import { CXR_NORMALISATION, type PresetName } from '@cxr-ifa/transforms';

/** What a person chooses before a run. */
export interface PretrainSettings {
  /** `encoder`: go on from the open encoder, as the method does; `random`: begin anew with a small one. */
  readonly start: 'encoder' | 'random';
  readonly ifa: 'released' | 'abstract' | 'aligned' | 'none';
  readonly augment: Extract<PresetName, 'cxr' | 'cxr-strong'>;
  readonly batchSize: number;
  readonly steps: number;
  /** The highest of a cosine schedule. */
  readonly learningRate: number;
  readonly seed: number;
}

export const DEFAULT_SETTINGS: PretrainSettings = { start: 'encoder', ifa: 'released', augment: 'cxr', batchSize: 16, steps: 200, learningRate: 0.015, seed: 1 };

/** The encoder that is begun with anew: small enough for a processor. */
export const RANDOM_ENCODER: EncoderTable = { architecture: 'resnet18', width: 16, inputChannels: 1 };
export const RANDOM_PREPROCESSING: Preprocessing = { imageSize: 64, clipPercentile: 99, aspect: 'stretch', normalisation: CXR_NORMALISATION };

/** How much of the key encoder stays at each step: for short queues less than the paper's 0.999. */
export const MOMENTUM = 0.99;
export const TEMPERATURE = 0.2;
/** Steps between two close looks at a batch. */
export const OBSERVE_EVERY = 5;
/** Milliseconds between two checkpoints, which are tens of megabytes. */
export const SAVE_EVERY = 20_000;
