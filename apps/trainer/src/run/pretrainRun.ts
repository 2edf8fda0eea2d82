import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createRng, type ImageRecord } from '@cxr-ifa/tensor';
import type { CommandContext } from '../commands/command.ts';
import { requireTrainingBackend, selectBackend } from '../backend/selectBackend.ts';
import { createWorkerPool } from '../input/workerPool.ts';
import { chooseProbeImages } from '../monitor/probeImages.ts';
import { DEFAULT_EPOCHS, type PretrainOptions } from '../options/pretrainOptions.ts';
import { UsageError } from '../usageError.ts';
import { adviseOnPlan } from './adviseOnPlan.ts';
import { alignedGrids, isAligned } from './alignedGrids.ts';
import { intermediateOf } from './intermediateOf.ts';
import { describeMachine } from './describeMachine.ts';
import { initialiseTrainer } from './initialiseTrainer.ts';
import { Interrupted } from './interruption.ts';
import { openImages } from './openImages.ts';
import { ratesOf } from './optimizerOf.ts';
import { planTraining } from './planTraining.ts';
import { requireArithmetic } from './requireArithmetic.ts';
import { checkpointSpace, requireDisk } from './requireDisk.ts';
import { measureStepMemory, requireMemory, stepMemoryOptions } from './requireMemory.ts';
import { beginRun, claimFolder, PROBE_IMAGES, writeJson } from './runDirectory.ts';
import { scheduleOf } from './scheduleOf.ts';
import { isTimeUp, withTimeLimit } from './timeLimit.ts';
import { readTrainedImages, writeTrainedImages } from './trainedImages.ts';
import { encoderOf, trainerOf, trainToEnd } from './trainer.ts';

/**
 * A new pre-training run. Everything is checked before the run begins: where it cannot begin, nothing is left of it.
 *
 * @throws {InputError} If the images, the checkpoint or the backend cannot be used.
 * @throws {UsageError} If the options do not fit one another or the data.
 * @throws {Interrupted} If the signal asked to stop, or the time was up; a checkpoint was saved.
 */
export async function pretrainRun(options: PretrainOptions, { terminal, commandLine }: CommandContext, interruption: AbortSignal): Promise<void> {
  const { data, seed, batchSize, keepCheckpoints, probeFindings, shuffleKeys } = options;
  const signal = withTimeLimit(interruption, options.maxTime);
  if (data === undefined) throw new UsageError('Cannot pretrain without images: give --data <path>, or --resume <run>');
  requireArithmetic(options);
  const folder = options.out ?? (await nextFreeFolder());
  const withdraw = await claimFolder(folder);
  const backend = await selectBackend(options.backend, options);
  requireTrainingBackend(backend);
  terminal.print(`Backend ${backend.name}: ${backend.reason}`);

  const pool = createWorkerPool(options.workers);
  let begun = false;
  try {
    const { encoder, table } = encoderOf(options);
    alignedGrids(options, encoder); // refuses what cannot be aligned, before images are prepared
    let records: readonly ImageRecord[] = [];
    const onSelected = (count: number, selected?: readonly ImageRecord[]): void => {
      records = selected ?? [];
      scheduleOf(options, planTraining(options, count, encoder)); // refuses what does not fit
      requireMemory(memory, options, backend);
      if (selected === undefined && probeFindings.length > 0) throw new UsageError(`Cannot probe while training on the prepared images in ${data} as they have no labels: name the images' own folder or CSV file, and --cache to prepare them once`);
    };
    const memory = measureStepMemory(encoder, stepMemoryOptions(options));
    const findingColumns = options.labelFormat === 'plain' && options.labelColumn === undefined ? probeFindings : [];
    const cache = await openImages({ ...options, data, findingColumns }, folder, { pool, terminal, signal, onSelected });
    const images = cache.manifest.images.length;
    const plan = planTraining(options, images, encoder);
    const rng = createRng(seed);
    const momentumContrast = trainerOf(options, encoder, plan, rng);
    await requireDisk(checkpointSpace(momentumContrast.snapshot().tensors, keepCheckpoints), folder, keepCheckpoints);
    const probeImages = probeFindings.length === 0 ? undefined : chooseProbeImages(records, cache.manifest.images, { findings: probeFindings, most: options.probeImages, seed });
    if (options.init !== undefined) await initialiseTrainer(momentumContrast, options.init, options, terminal);

    const { out: _out, resume: _resume, ...echoed } = options;
    const config = { ...echoed, ...ratesOf(options), threads: backend.threads, queueSize: plan.queueSize, batchNormGroups: plan.batchNormGroups, epochs: options.epochs ?? (options.steps === undefined ? DEFAULT_EPOCHS : undefined) };
    const { dataHash, skipped, key } = cache.manifest;
    await writeTrainedImages(folder, cache, records, { earlier: options.init === undefined ? undefined : await readTrainedImages(options.init) });
    if (probeImages) await writeJson(join(folder, PROBE_IMAGES), probeImages);
    await beginRun(folder, config, {
      command: commandLine,
      startedAt: new Date().toISOString(),
      ...describeMachine(),
      backend,
      seed,
      data: { path: data, images, skipped: skipped.length, hash: dataHash, cache: key },
      plan,
      ifa: { terms: intermediateOf(options).terms, aligned: isAligned(options) },
      resumed: [],
    });
    begun = true;
    terminal.print(`${images} images, ${plan.steps} steps of ${batchSize} (${plan.stepsPerEpoch} an epoch), in ${folder}`);
    if (options.queueSize === undefined) terminal.print(`The queue holds ${plan.queueSize} keys: the largest multiple of the batch that is at most 65536 and at most the number of images`);
    if (batchSize !== 256 && options.optimizer === 'sgd') terminal.print(`The learning rate ${ratesOf(options).learningRate} is not scaled to the batch of ${batchSize}; the method's 0.03 is for 256`);

    const comparedStages = intermediateOf(options).terms.map(({ stage }) => stage);
    for (const line of adviseOnPlan({ ...options, comparedStages }, plan, encoder)) terminal.print(line);
    if (shuffleKeys === 'off') terminal.print('Keys are not shuffled: batch-norm gives the pairs away, and the encoder is of no use but to show that');

    const step = await trainToEnd(options, { folder, momentumContrast, encoder, table, plan, cache, pool, rng, memory, probeImages, terminal, signal });
    momentumContrast.dispose();
    concludeRun(folder, step, plan.steps, signal, options, terminal.print);
  } finally {
    await pool.close();
    if (!begun) await withdraw();
  }
}

/** Says how training ended, or why it did not. */
export function concludeRun(folder: string, step: number, steps: number, signal: AbortSignal, { maxTime }: PretrainOptions, print: (line: string) => void): void {
  if (step < steps) throw new Interrupted(`${isTimeUp(signal) ? `Stopped by --max-time ${maxTime}` : 'Interrupted'} after step ${step} of ${steps}; go on with: cxr-ifa pretrain --resume ${folder}`);
  print(`Done: ${steps} steps; the encoder is in ${folder}/checkpoints`);
}

async function nextFreeFolder(): Promise<string> {
  const numbers = (await readdir('runs').catch(() => [])).map((name) => Number(/^pretrain-(\d+)$/.exec(name)?.[1] ?? 0));
  return `runs/pretrain-${Math.max(0, ...numbers) + 1}`;
}
