import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AdversarialTraining, augmentImages, type AdversarialStepLog } from '@cxr-ifa/stylegan2';
import { storedToTensors } from '@cxr-ifa/checkpoint';
import { createRng, disposeTensors, InputError } from '@cxr-ifa/tensor';
import { z } from 'zod';
import { requireTrainingBackend, selectBackend, type SelectedBackend } from '../backend/selectBackend.ts';
import type { CommandContext } from '../commands/command.ts';
import type { ImageCache } from '../input/imageCache.ts';
import { preparationOf } from '../input/preparation.ts';
import { createWorkerPool } from '../input/workerPool.ts';
import { flagOf } from '../options/option.ts';
import { GAN_FREE_ON_RESUME, ganTrainOptions, type GanTrainOptions } from '../options/ganTrainOptions.ts';
import { resolveOptions } from '../options/resolveOptions.ts';
import { saveStepFile } from '../run/checkpointFile.ts';
import { describeMachine } from '../run/describeMachine.ts';
import { Interrupted } from '../run/interruption.ts';
import { cutMetricsLog, openMetricsLog } from '../run/metricsLog.ts';
import { openImages } from '../run/openImages.ts';
import { beginRun, claimFolder, readRunFile, writeJson } from '../run/runDirectory.ts';
import { readStepFile, type StepFile } from '../run/stepFile.ts';
import { writeTrainedImages } from '../run/trainedImages.ts';
import { formatDuration, type Terminal } from '../terminal.ts';
import { UsageError } from '../usageError.ts';
import { ganBatches } from './ganBatches.ts';
import { GAN_FORMAT, ganDetailsSchema, type GanDetails } from './ganCheckpoint.ts';
import { createGanMonitor, type GanMonitor } from './ganMonitor.ts';
import { networksOf, type NetworkTable } from './networks.ts';

const cardSchema = z.looseObject({ data: z.looseObject({ path: z.string(), hash: z.string() }), resumed: z.array(z.unknown()) });

/** `stylegan2-ada`'s heuristic for R1: the smaller the images and the larger the batch, the less. */
const R1_HEURISTIC = 0.0002;
const FORECAST_STEP = 20;

/**
 * A new run of `gan train`.
 *
 * @throws {UsageError} If the options do not fit one another or the data.
 * @throws {InputError} If the images, the monitor's encoder or the backend cannot be used.
 * @throws {Interrupted} If the signal asked to stop; a checkpoint was saved.
 */
export async function ganRun(options: GanTrainOptions, { terminal, commandLine }: CommandContext, signal: AbortSignal): Promise<void> {
  const { data, out: folder, seed } = options;
  if (data === undefined || folder === undefined) throw new UsageError('Cannot train a generator without images and a folder: give --data <path> and --out <run>, or --resume <run>');
  networksOf(tableOf(options)); // refuses sizes that do not fit before anything is read
  if (options.batchSize % 4 !== 0) throw new UsageError(`Cannot train a generator as the batch must be a multiple of 4: current --batch-size is ${options.batchSize}`);
  const withdraw = await claimFolder(folder);
  let begun = false;
  try {
    await withImages({ ...options, data }, folder, { terminal, signal }, async (images, backend) => {
      const { dataHash, skipped } = images.training.manifest;
      const count = images.training.manifest.images.length;
      if (options.batchSize > count) throw new UsageError(`Cannot train a generator as a batch must not be larger than the data of ${count} images: current --batch-size is ${options.batchSize}`);
      await writeTrainedImages(folder, images.training, []);
      const { out: _out, resume: _resume, ...config } = options;
      await beginRun(folder, { ...config, threads: backend.threads }, { command: commandLine, startedAt: new Date().toISOString(), ...describeMachine(), backend, seed, data: { path: data, images: count, skipped: skipped.length, hash: dataHash }, resumed: [] });
      begun = true;
      terminal.print(`${count} images, ${options.steps} steps of ${options.batchSize}, in ${folder}`);
      await trainToEnd(options, undefined, { folder, images, terminal, signal });
    });
  } finally {
    if (!begun) await withdraw();
  }
}

/**
 * Goes on with a run of `gan train` exactly where its last checkpoint stands.
 *
 * @throws {InputError} If the folder is no such run, or its checkpoint or its images cannot be used.
 * @throws {UsageError} If an option was given that the run was not begun with.
 * @throws {Interrupted} If the signal asked to stop; a checkpoint was saved.
 */
export async function resumeGanRun(folder: string, { terminal, given, commandLine }: CommandContext, signal: AbortSignal): Promise<void> {
  const action = `resume ${folder}`;
  const config = await readRunFile(folder, 'config.json');
  const { resume: _, ...flags } = given;
  const begun = resolveOptions(action, ganTrainOptions, {}, config);
  const options = resolveOptions(action, ganTrainOptions, flags, config);
  for (const name of Object.keys(flags) as (keyof GanTrainOptions)[]) {
    if (!GAN_FREE_ON_RESUME.has(name) && JSON.stringify(options[name]) !== JSON.stringify(begun[name])) throw new UsageError(`Cannot ${action} with ${flagOf(name)} ${String(flags[name])} as it was begun with ${String(begun[name])}: leave it out, or begin another run`);
  }
  const card = cardSchema.safeParse(await readRunFile(folder, 'run-card.json'));
  if (!card.success) throw new InputError(`Cannot ${action} as its run-card.json is damaged or of another version`);
  const file = await readStepFile(folder, ganDetailsSchema, 'cxr-ifa gan train');
  const step = file?.details.step ?? 0;
  if (step >= options.steps) {
    terminal.print(`The run ${folder} is finished: it has taken all of its ${options.steps} steps`);
    return;
  }
  await withImages({ ...options, data: options.data ?? card.data.data.path }, folder, { terminal, signal }, async (images, backend) => {
    if (images.training.manifest.dataHash !== card.data.data.hash) throw new InputError(`Cannot ${action} as the images are not those that it was begun with: its run-card.json has their hash`);
    for (const log of ['metrics.jsonl', 'monitor.jsonl']) await cutMetricsLog(join(folder, log), step);
    await writeJson(join(folder, 'run-card.json'), { ...card.data, resumed: [...card.data.resumed, { step, at: new Date().toISOString(), command: commandLine, backend }] });
    terminal.print(`Going on with ${folder} after step ${step} of ${options.steps}`);
    await trainToEnd(options, file, { folder, images, terminal, signal });
  });
}

interface GanImages {
  readonly training: ImageCache;
  readonly heldOut: ImageCache;
}

/** Selects the backend, prepares the images of training and monitor, and gives them to `work`. */
async function withImages(options: GanTrainOptions & { readonly data: string }, folder: string, { terminal, signal }: { readonly terminal: Terminal; readonly signal: AbortSignal }, work: (images: GanImages, backend: SelectedBackend) => Promise<void>): Promise<void> {
  const backend = await selectBackend(options.backend, options);
  requireTrainingBackend(backend);
  terminal.print(`Backend ${backend.name}: ${backend.reason}`);
  const pool = createWorkerPool(options.workers);
  let images: GanImages;
  try {
    const context = { pool, terminal, signal, onSelected: () => undefined };
    const training = await openImages(options, folder, context);
    const heldOut = options.monitorSplit === undefined ? training : await openImages({ ...options, split: options.monitorSplit }, folder, context);
    images = { training, heldOut };
  } finally {
    await pool.close();
  }
  await work(images, backend);
}

function tableOf({ imageSize, channelBase, channelMaximum, latentSize, mappingLayers }: GanTrainOptions): NetworkTable {
  return { resolution: imageSize, channelBase, channelMaximum, latentSize, mappingLayers };
}

function createTraining(options: GanTrainOptions): AdversarialTraining {
  const { r1Gamma, r1Interval, pathLengthWeight, pathLengthInterval, styleMixing, averageImages, augment, augmentTarget, augmentImages: rise, batchSize, imageSize, seed } = options;
  return new AdversarialTraining({
    ...networksOf(tableOf(options)),
    rng: createRng(seed),
    r1Gamma: r1Gamma ?? (R1_HEURISTIC * imageSize ** 2) / batchSize,
    ...{ r1Interval, pathLengthWeight, pathLengthInterval, styleMixing, averageImages, augmentTarget },
    augmentImages: rise,
    ...(augment === 'adaptive' && { augment: augmentImages }),
  });
}

/** What a new and a resumed run train with. */
interface TrainingParts {
  readonly folder: string;
  readonly images: GanImages;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** Trains from a checkpoint, or from the beginning, to the plan's end, or to an interruption. */
async function trainToEnd(options: GanTrainOptions, from: StepFile<GanDetails> | undefined, { folder, images, terminal, signal }: TrainingParts): Promise<void> {
  const { steps, batchSize, learningRate, seed, monitorEvery, checkpointEvery, logEvery } = options;
  const { generator } = networksOf(tableOf(options));
  await mkdir(folder, { recursive: true });
  const training = createTraining(options);
  if (from) {
    const tensors = storedToTensors(from.tensors);
    training.restore({ tensors, state: from.details.state });
    disposeTensors(tensors);
  }
  const monitor = await createGanMonitor(options, { folder, training: images.training, heldOut: images.heldOut, terminal });
  const metrics = openMetricsLog(join(folder, 'metrics.jsonl'));
  const looks = openMetricsLog(join(folder, 'monitor.jsonl'));
  const first = training.step;
  let saved = first;
  const save = async (): Promise<void> => {
    for (const log of [metrics, looks]) log.sync(); // a checkpoint must not be ahead of its logs
    const { tensors, state } = training.snapshot();
    await saveStepFile(join(folder, 'checkpoints'), tensors, { format: GAN_FORMAT, step: state.step, networks: tableOf(options), preparation: preparationOf(options), state } as { format: string; step: number }, options.keepCheckpoints);
    saved = state.step;
  };
  const progress = terminal.progress('Training', steps, 'steps');
  try {
    progress.update(first);
    let [last, logged, begun] = [performance.now(), first, performance.now()];
    for (const batch of ganBatches(images.training, createRng(seed), { batchSize, from: first, to: steps })) {
      let log: AdversarialStepLog;
      try {
        log = await training.trainStep(batch, { learningRate });
      } finally {
        batch.dispose();
      }
      const { step } = log;
      if (!Number.isFinite(log.generatorLoss + log.discriminatorLoss)) throw new InputError(`Cannot go on as the loss of step ${step} is no number: begin again with a lower --learning-rate, or a larger --r1-gamma`);
      if (step === first + 1) begun = performance.now();
      if (step === first + FORECAST_STEP) terminal.print(forecast((performance.now() - begun) / (FORECAST_STEP - 1) / 1000, steps - step));
      if (step % logEvery === 0 || log.r1 !== undefined || step === steps) {
        const now = performance.now();
        metrics.append({ ...log, imagesPerSecond: Number((((step - logged) * batchSize * 1000) / (now - last)).toPrecision(4)) });
        [last, logged] = [now, step];
      }
      progress.update(step, `D ${log.discriminatorLoss.toFixed(2)} G ${log.generatorLoss.toFixed(2)} augment ${log.augmentProbability.toFixed(2)}`);
      if (step % monitorEvery === 0 || step === steps) await look(monitor, { ...training.average, generator }, log, looks, terminal);
      if (step % checkpointEvery === 0 || step === steps) await save();
      if (signal.aborted) break;
    }
    if (saved !== training.step) await save();
  } finally {
    progress.finish();
    metrics.close();
    looks.close();
    monitor.dispose();
    training.dispose();
  }
  if (saved < steps) throw new Interrupted(`Interrupted after step ${saved} of ${steps}; go on with: cxr-ifa gan train --resume ${folder}`);
  terminal.print(`Done: ${steps} steps; the generator is in ${folder}/checkpoints, samples are in ${folder}/samples`);
}

async function look(monitor: GanMonitor, drawer: Parameters<GanMonitor['look']>[0], { step, images }: AdversarialStepLog, log: ReturnType<typeof openMetricsLog>, terminal: Terminal): Promise<void> {
  const { value, low, high } = await monitor.look(drawer, step);
  log.append({ step, images, kid: value, kidLow: low, kidHigh: high });
  terminal.print(`After ${images} images: kernel distance ${value.toPrecision(3)} (${low.toPrecision(3)} to ${high.toPrecision(3)})`);
}

function forecast(secondsAStep: number, stepsLeft: number): string {
  return `${secondsAStep.toPrecision(3)} s a step: the run will take ${formatDuration(secondsAStep * stepsLeft)} and ${((process.resourceUsage().maxRSS * 1024) / 1e9).toFixed(1)} GB of memory`;
}
