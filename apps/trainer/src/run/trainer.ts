import type { EncoderTable, Preprocessing } from '@cxr-ifa/checkpoint';
import { MomentumContrast } from '@cxr-ifa/moco';
import { createResnet } from '@cxr-ifa/resnet';
import type { Encoder, Rng } from '@cxr-ifa/tensor';
import { CXR_NORMALISATION } from '@cxr-ifa/transforms';
import { getBackend } from '@tensorflow/tfjs-core';
import type { ImageCache } from '../input/imageCache.ts';
import { loadViews } from '../input/loadViews.ts';
import { preparationOf } from '../input/preparation.ts';
import type { WorkerPool } from '../input/workerPool.ts';
import { createOnlineProbe } from '../monitor/onlineProbe.ts';
import type { ProbeImages } from '../monitor/probeImages.ts';
import type { PretrainOptions } from '../options/pretrainOptions.ts';
import type { Terminal } from '../terminal.ts';
import { alignedGrids } from './alignedGrids.ts';
import { intermediateOf } from './intermediateOf.ts';
import { interpretationContext } from './interpretationContext.ts';
import { optimizerOf, ratesOf } from './optimizerOf.ts';
import type { TrainingPlan } from './planTraining.ts';
import { checkpointSpace } from './requireDisk.ts';
import type { StepMemory } from './requireMemory.ts';
import { runTraining } from './runTraining.ts';
import { scheduleOf } from './scheduleOf.ts';
import { openTrainingLog } from './trainingLog.ts';

/** The encoder that the options ask for, and the table of it that checkpoints carry. */
export function encoderOf({ arch, width }: PretrainOptions): { encoder: Encoder; table: EncoderTable } {
  const table: EncoderTable = { architecture: arch, width, inputChannels: 1 };
  return { encoder: createResnet({ architecture: arch, width, inputChannels: 1 }), table };
}

/** The momentum-contrast trainer that the options ask for, at step 0. */
export function trainerOf(options: PretrainOptions, encoder: Encoder, { queueSize, batchNormGroups }: TrainingPlan, rng: Rng): MomentumContrast {
  const { momentum, temperature, accumulate, recompute, clipGradients, shuffleKeys } = options;
  const { ifa, intermediate } = intermediateOf(options);
  return new MomentumContrast({
    encoder,
    optimizer: optimizerOf(options),
    rng,
    ifa,
    ...(intermediate && { intermediate }),
    queueSize,
    batchNormGroups,
    momentum,
    temperature,
    shuffleKeys: shuffleKeys === 'on',
    microBatches: accumulate,
    recompute,
    ...(clipGradients !== undefined && { clipGradients }),
  });
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
  /** What a step takes. */
  readonly memory: StepMemory;
  /** The images to probe on, where labels were given. */
  readonly probeImages?: ProbeImages | undefined;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** Trains from the trainer's step to the plan's end, or to an interruption; returns the last step taken. */
export async function trainToEnd(options: PretrainOptions, { encoder, table, cache, pool, rng, probeImages, ...parts }: TrainingParts): Promise<number> {
  const { batchSize, query, augment, augmentArithmetic, checkpointEvery, keepCheckpoints, monitorEvery, probeEvery, logEvery } = options;
  const { momentumContrast, plan, folder, terminal } = parts;
  const preprocessing = preprocessingOf(options);
  const { normalisation } = preprocessing;
  const schedule = scheduleOf(options, plan);
  const batches = loadViews({ cache, pool, rng, batchSize, from: momentumContrast.step, to: plan.steps, augment, arithmetic: augmentArithmetic, query, normalisation, grids: alignedGrids(options, encoder) });
  const details = { randomState: { ...rng.state(), key: [...rng.state().key] as [number, number] }, optimizer: options.optimizer, encoder: table, preprocessing, images: cache.manifest.images.length };
  const log = await openTrainingLog({ folder, step: momentumContrast.step, tensorboard: options.tensorboard === 'on', settings: settingsTable(options), context: interpretationContext(options, plan), terminal });
  const space = checkpointSpace(momentumContrast.snapshot().tensors, keepCheckpoints);
  const probe = probeImages && createOnlineProbe(probeImages, { encoder, cache, normalisation });
  return runTraining({ ...parts, batches, schedule, learningRate: ratesOf(options).learningRate, batchSize, details, log, space, probe, probeEvery, checkpointEvery, keepCheckpoints, monitorEvery, logEvery, saveFirst: momentumContrast.step === 0 && (options.init !== undefined || getBackend() === 'webgpu') }); // a GPU may be lost at any step
}

/** The options as a Markdown table. */
function settingsTable(options: PretrainOptions): string {
  const cell = (value: unknown): string => String(value).replaceAll('|', '\\|');
  return ['| option | value |', '| --- | --- |', ...Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [`| ${name} | ${cell(value)} |`]))].join('\n');
}
