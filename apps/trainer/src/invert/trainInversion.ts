import { join } from 'node:path';
import { storedToTensors } from '@cxr-ifa/checkpoint';
import { InversionTraining, type InversionStepLog } from '@cxr-ifa/gan-inversion';
import { drawStyles } from '@cxr-ifa/stylegan2';
import { createRng, disposeTensors, InputError, type Rng } from '@cxr-ifa/tensor';
import { tidy, type Tensor3D, type Tensor4D } from '@tensorflow/tfjs-core';
import { openSettledEncoder } from '../encode/openSettledEncoder.ts';
import { ganBatches } from '../gan/ganBatches.ts';
import type { InvertTrainOptions } from '../options/invertTrainOptions.ts';
import { saveStepFile } from '../run/checkpointFile.ts';
import { Interrupted } from '../run/interruption.ts';
import { openMetricsLog } from '../run/metricsLog.ts';
import type { StepFile } from '../run/stepFile.ts';
import type { Terminal } from '../terminal.ts';
import { INVERSION_FORMAT, inversionOf, type InversionDetails } from './inversionFile.ts';
import type { InversionParts } from './withInversionParts.ts';

/** Real images differ from what the generator draws: smaller steps there keep what was learnt. */
const REAL_RATE = 0.2;
const MIXING = 0.5;

type Networks = Omit<InversionDetails, 'step'>;

/** What a new and a resumed run train with. */
export interface InversionTrainingParts extends InversionParts {
  readonly folder: string;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/**
 * Trains an encoder from images to a generator's latents, first on images that the generator draws, then on real ones: from a checkpoint, or from the beginning, to the plan's end, or to an interruption.
 *
 * @param onReady Called when nothing but a step can fail any more, before the first one.
 */
export async function trainInversion(options: InvertTrainOptions, from: StepFile<InversionDetails> | undefined, parts: InversionTrainingParts, onReady: () => Promise<void>): Promise<void> {
  const { drawnSteps, steps, learningRate, checkpointEvery, keepCheckpoints, logEvery, seed } = options;
  const { folder, terminal, signal } = parts;
  const total = drawnSteps + steps;
  const rng = createRng(seed);
  const { training, networks } = await (from ? restore(from, options, parts, rng) : begin(options, parts, rng));
  let saved = training.step;
  try {
    await onReady();
    const metrics = openMetricsLog(join(folder, 'metrics.jsonl'));
    const progress = terminal.progress('Training', total, 'steps');
    const save = async (): Promise<void> => {
      metrics.sync(); // a checkpoint must not be ahead of its log
      await saveStepFile(join(folder, 'checkpoints'), training.snapshot().tensors, { ...networks, step: training.step }, keepCheckpoints);
      saved = training.step;
    };
    try {
      progress.update(training.step);
      for (const { images, latents } of batches(options, parts, rng, training.step)) {
        let own: InversionStepLog;
        try {
          own = await training.trainStep({ images, ...(latents && { latents }) }, { learningRate: latents ? learningRate : learningRate * REAL_RATE });
        } finally {
          disposeTensors([images, ...(latents ? [latents] : [])]);
        }
        if (!Number.isFinite(own.loss)) throw new InputError(`Cannot go on as the loss of step ${own.step} is ${own.loss}: begin again with a lower --learning-rate`);
        if (own.step % logEvery === 0 || own.step === total) metrics.append({ ...own });
        progress.update(own.step, `loss ${own.loss.toFixed(3)}`);
        if (own.step % checkpointEvery === 0 || own.step === total) await save();
        if (signal.aborted) break;
      }
      if (saved !== training.step) await save();
    } finally {
      progress.finish();
      metrics.close();
    }
  } finally {
    training.dispose();
  }
  if (saved < total) throw new Interrupted(`Interrupted after step ${saved} of ${total}; go on with: cxr-ifa invert train --resume ${folder}`);
  terminal.print(`Done: ${total} steps; the encoder is in ${folder}/checkpoints`);
}

function trainingOf(networks: Networks, { latentWeight, offsetWeight, pixelWeight, perceptualWeight, identityWeight }: InvertTrainOptions, { loaded, eyes }: InversionParts, rng: Rng): InversionTraining {
  const { generator, parameters, meanLatent } = loaded;
  return new InversionTraining({ inversion: inversionOf(networks, generator), generator, parameters, meanLatent, rng, ...{ latentWeight, offsetWeight, pixelWeight, perceptualWeight, identityWeight }, ...(eyes && { perceptual: eyes }) });
}

interface Begun {
  readonly training: InversionTraining;
  readonly networks: Networks;
}

async function begin(options: InvertTrainOptions, parts: InversionTrainingParts, rng: Rng): Promise<Begun> {
  const { init, arch, width, channels, seed } = options;
  const backbone = await openSettledEncoder({ init, arch, width, seed }, { cache: parts.cache, terminal: parts.terminal, rng });
  try {
    const networks: Networks = { format: INVERSION_FORMAT, backbone: backbone.table, channels, normalisation: backbone.preprocessing.normalisation };
    const training = trainingOf(networks, options, parts, rng);
    training.initialiseBackbone(backbone.parameters, backbone.statistics);
    return { training, networks };
  } finally {
    disposeTensors(backbone.parameters, backbone.statistics);
  }
}

async function restore({ tensors, details: { step, ...networks } }: StepFile<InversionDetails>, options: InvertTrainOptions, parts: InversionTrainingParts, rng: Rng): Promise<Begun> {
  const training = trainingOf(networks, options, parts, rng);
  const stored = storedToTensors(tensors);
  training.restore({ tensors: stored, state: { step } });
  disposeTensors(stored);
  return { training, networks };
}

/** The batches after `step`: drawn ones with their latents, then real ones. Each depends on its step alone, so that a resumed run has the same. */
function* batches({ drawnSteps, steps, batchSize }: InvertTrainOptions, { loaded: { generator, parameters }, cache }: InversionParts, rng: Rng, step: number): Generator<{ images: Tensor4D; latents?: Tensor3D }, void, void> {
  for (let drawn = step; drawn < drawnSteps; drawn++) {
    const latents = tidy(() => drawStyles(generator, parameters, rng.fork('drawn', drawn), { count: batchSize, mixing: MIXING }));
    yield { images: tidy(() => generator.synthesise(parameters, latents)), latents };
  }
  for (const images of ganBatches(cache, rng, { batchSize, from: Math.max(0, step - drawnSteps), to: steps })) yield { images };
}
