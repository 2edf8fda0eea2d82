import { join } from 'node:path';
import { InversionTraining, type InversionStepLog } from '@cxr-ifa/gan-inversion';
import { drawStyles } from '@cxr-ifa/stylegan2';
import { createRng, disposeTensors, InputError } from '@cxr-ifa/tensor';
import type { Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { requireTrainingBackend, selectBackend } from '../backend/selectBackend.ts';
import type { CommandContext } from '../commands/command.ts';
import { openSettledEncoder } from '../encode/openSettledEncoder.ts';
import { ganBatches } from '../gan/ganBatches.ts';
import { loadGenerator } from '../gan/loadGenerator.ts';
import { createWorkerPool } from '../input/workerPool.ts';
import type { InvertTrainOptions } from '../options/invertTrainOptions.ts';
import { saveStepFile } from '../run/checkpointFile.ts';
import { describeMachine } from '../run/describeMachine.ts';
import { Interrupted } from '../run/interruption.ts';
import { openMetricsLog } from '../run/metricsLog.ts';
import { openImages } from '../run/openImages.ts';
import { beginRun, claimFolder } from '../run/runDirectory.ts';
import { UsageError } from '../usageError.ts';
import { INVERSION_FORMAT, inversionOf } from './inversionFile.ts';
import { openPerceptual } from './openPerceptual.ts';

/** Real images differ from what the generator draws: smaller steps there keep what was learnt. */
const REAL_RATE = 0.2;

/**
 * Trains an encoder from images to a generator's latents: first on images that the generator draws, then on real ones.
 *
 * @throws {InputError} If generator, backbone or images cannot be used.
 * @throws {Interrupted} If the signal asked to stop; a checkpoint was saved.
 */
export async function trainInversion(options: InvertTrainOptions, { terminal, commandLine }: CommandContext, signal: AbortSignal): Promise<void> {
  const { gan, data, init, arch, width, channels, drawnSteps, steps, batchSize, learningRate, perceptual, checkpointEvery, keepCheckpoints, logEvery, seed, out: folder } = options;
  const total = drawnSteps + steps;
  if (total === 0) throw new UsageError('Cannot train an encoder without steps: give --drawn-steps or --steps');
  const withdraw = await claimFolder(folder);
  const backend = await selectBackend(options.backend, options);
  requireTrainingBackend(backend);
  terminal.print(`Backend ${backend.name}: ${backend.reason}`);
  const loaded = await loadGenerator(gan);
  const pool = createWorkerPool(options.workers);
  let begun = false;
  try {
    const cache = await openImages({ ...options, ...loaded.preparation }, folder, { pool, terminal, signal, onSelected: () => undefined });
    const count = cache.manifest.images.length;
    if (batchSize > count) throw new UsageError(`Cannot train an encoder as a batch must not be larger than the data of ${count} images: current --batch-size is ${batchSize}`);
    const rng = createRng(seed);
    const backbone = await openSettledEncoder({ init, arch, width, seed }, { cache, terminal, rng });
    const eyes = await openPerceptual(perceptual, { cache, seed, terminal });
    const details = { format: INVERSION_FORMAT, backbone: backbone.table, channels, normalisation: backbone.preprocessing.normalisation } as const;
    const { latentWeight, offsetWeight, pixelWeight, perceptualWeight, identityWeight } = options;
    const training = new InversionTraining({ inversion: inversionOf(details, loaded.generator), generator: loaded.generator, parameters: loaded.parameters, meanLatent: loaded.meanLatent, rng, ...{ latentWeight, offsetWeight, pixelWeight, perceptualWeight, identityWeight }, ...(eyes && { perceptual: eyes }) });
    training.initialiseBackbone(backbone.parameters, backbone.statistics);
    const { out: _, ...config } = options;
    await beginRun(folder, config, { command: commandLine, startedAt: new Date().toISOString(), ...describeMachine(), backend, seed, generator: { path: gan, step: loaded.details.step }, data: { path: data, images: count, hash: cache.manifest.dataHash } });
    begun = true;

    const metrics = openMetricsLog(join(folder, 'metrics.jsonl'));
    const progress = terminal.progress('Training', total, 'steps');
    const save = async (): Promise<void> => {
      metrics.sync();
      await saveStepFile(join(folder, 'checkpoints'), training.snapshot().tensors, { ...details, step: training.step } as { format: string; step: number }, keepCheckpoints);
    };
    const take = async (batch: { images: Tensor4D; latents?: Tensor3D }, rate: number): Promise<void> => {
      let log: InversionStepLog;
      try {
        log = await training.trainStep(batch, { learningRate: rate });
      } finally {
        disposeTensors([batch.images, ...(batch.latents ? [batch.latents] : [])]);
      }
      if (!Number.isFinite(log.loss)) throw new InputError(`Cannot go on as the loss of step ${log.step} is ${log.loss}: begin again with a lower --learning-rate`);
      if (log.step % logEvery === 0 || log.step === total) metrics.append({ ...log });
      progress.update(log.step, `loss ${log.loss.toFixed(3)}`);
      if (log.step % checkpointEvery === 0) await save();
    };
    try {
      for (let step = 0; step < drawnSteps && !signal.aborted; step++) {
        const latents = drawStyles(loaded.generator, loaded.parameters, rng.fork('drawn', step), { count: batchSize, mixing: 0.5 });
        await take({ images: loaded.generator.synthesise(loaded.parameters, latents), latents }, learningRate);
      }
      for (const images of ganBatches(cache, rng, { batchSize, from: 0, to: steps })) {
        if (signal.aborted) {
          images.dispose();
          break;
        }
        await take({ images }, learningRate * REAL_RATE);
      }
      await save();
    } finally {
      progress.finish();
      metrics.close();
      disposeTensors(backbone.parameters, backbone.statistics, ...(eyes ? [eyes.parameters, eyes.statistics] : []));
    }
    const last = training.step;
    training.dispose();
    if (last < total) throw new Interrupted(`Interrupted after step ${last} of ${total}; the encoder so far is in ${folder}/checkpoints`);
    terminal.print(`Done: ${total} steps; the encoder is in ${folder}/checkpoints`);
  } finally {
    await pool.close();
    disposeTensors(loaded.parameters, [loaded.meanLatent]);
    if (!begun) await withdraw();
  }
}
