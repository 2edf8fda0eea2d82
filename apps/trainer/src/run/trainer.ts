import { MomentumContrast } from '@cxr-ifa/moco';
import { constantSchedule, cosineSchedule, sgd, type Schedule } from '@cxr-ifa/optim';
import { createResnet } from '@cxr-ifa/resnet';
import type { Encoder, Rng } from '@cxr-ifa/tensor';
import { CXR_NORMALISATION } from '@cxr-ifa/transforms';
import { getBackend } from '@tensorflow/tfjs-core';
import type { ImageCache } from '../input/imageCache.ts';
import { loadViews } from '../input/loadViews.ts';
import { preparationOf } from '../input/preparation.ts';
import type { WorkerPool } from '../input/workerPool.ts';
import type { PretrainOptions } from '../options/pretrainOptions.ts';
import type { Terminal } from '../terminal.ts';
import { alignedGrids } from './alignedGrids.ts';
import type { EncoderTable, Preprocessing } from './checkpointFile.ts';
import { intermediateOf } from './intermediateOf.ts';
import type { TrainingPlan } from './planTraining.ts';
import { runTraining } from './runTraining.ts';

/** The encoder that the options ask for, and the table of it that checkpoints carry. */
export function encoderOf({ arch, width }: PretrainOptions): { encoder: Encoder; table: EncoderTable } {
  const table: EncoderTable = { architecture: arch, width, inputChannels: 1 };
  return { encoder: createResnet({ architecture: arch, width, inputChannels: 1 }), table };
}

/** The momentum-contrast trainer that the options ask for, at step 0. */
export function trainerOf(options: PretrainOptions, encoder: Encoder, { queueSize, batchNormGroups }: TrainingPlan, rng: Rng): MomentumContrast {
  const { momentum, temperature, weightDecay } = options;
  const { ifa, intermediate } = intermediateOf(options.ifa);
  return new MomentumContrast({ encoder, optimizer: sgd({ weightDecay }), rng, ifa, ...(intermediate && { intermediate }), queueSize, batchNormGroups, momentum, temperature });
}

/** How images reach the encoder, for checkpoints and for whoever uses them. */
export function preprocessingOf(options: PretrainOptions): Preprocessing {
  return { ...preparationOf(options), normalisation: { ...CXR_NORMALISATION } };
}

/** What a new and a resumed run train with. */
export interface TrainingParts {
  readonly folder: string;
  readonly momentumContrast: MomentumContrast;
  readonly encoder: Encoder;
  readonly table: EncoderTable;
  readonly plan: TrainingPlan;
  readonly cache: ImageCache;
  readonly pool: WorkerPool;
  readonly rng: Rng;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** Trains from the trainer's step to the plan's end, or to an interruption; returns the last step taken. */
export function trainToEnd(options: PretrainOptions, { encoder, table, cache, pool, rng, ...parts }: TrainingParts): Promise<number> {
  const { batchSize, learningRate, query, augment, augmentArithmetic, checkpointEvery, keepCheckpoints, logEvery } = options;
  const { momentumContrast, plan } = parts;
  const preprocessing = preprocessingOf(options);
  const schedule: Schedule = options.schedule === 'cosine' ? cosineSchedule({ base: learningRate, total: plan.steps }) : constantSchedule(learningRate);
  const batches = loadViews({ cache, pool, rng, batchSize, from: momentumContrast.step, to: plan.steps, augment, arithmetic: augmentArithmetic, query, normalisation: preprocessing.normalisation, grids: alignedGrids(options, encoder) });
  const details = { randomState: { ...rng.state(), key: [...rng.state().key] as [number, number] }, encoder: table, preprocessing, images: cache.manifest.images.length };
  return runTraining({ ...parts, batches, schedule, batchSize, details, checkpointEvery, keepCheckpoints, logEvery, saveFirst: momentumContrast.step === 0 && (options.init !== undefined || getBackend() === 'webgpu') }); // a GPU may be lost at any step
}
