import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { AdversarialTraining, augmentImages, type AdversarialStepLog } from '@cxr-ifa/stylegan2';
import { storedToTensors } from '@cxr-ifa/checkpoint';
import { createRng, disposeTensors, InputError } from '@cxr-ifa/tensor';
import { preparationOf } from '../input/preparation.ts';
import type { GanTrainOptions } from '../options/ganTrainOptions.ts';
import { saveStepFile } from '../run/checkpointFile.ts';
import { Interrupted } from '../run/interruption.ts';
import { openMetricsLog } from '../run/metricsLog.ts';
import type { StepFile } from '../run/stepFile.ts';
import { formatDuration, type Terminal } from '../terminal.ts';
import { ganBatches } from './ganBatches.ts';
import { GAN_FORMAT, type GanDetails } from './ganCheckpoint.ts';
import { createGanMonitor, type GanMonitor } from './ganMonitor.ts';
import { networksOf, networkTable } from './networks.ts';
import type { GanImages } from './openGanImages.ts';

/** `stylegan2-ada`'s heuristic for R1: the smaller the images and the larger the batch, the less. */
const R1_HEURISTIC = 0.0002;
const FORECAST_STEP = 20;

function createTraining(options: GanTrainOptions): AdversarialTraining {
  const { r1Gamma, r1Interval, pathLengthWeight, pathLengthInterval, styleMixing, averageImages, augment, augmentTarget, augmentImages: rise, batchSize, imageSize, seed } = options;
  return new AdversarialTraining({
    ...networksOf(networkTable(options)),
    rng: createRng(seed),
    r1Gamma: r1Gamma ?? (R1_HEURISTIC * imageSize ** 2) / batchSize,
    ...{ r1Interval, pathLengthWeight, pathLengthInterval, styleMixing, averageImages, augmentTarget },
    augmentImages: rise,
    ...(augment === 'adaptive' && { augment: augmentImages }),
  });
}

/** What a new and a resumed run train with. */
export interface GanTrainingParts {
  readonly folder: string;
  readonly images: GanImages;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** Trains from a checkpoint, or from the beginning, to the plan's end, or to an interruption. */
export async function trainGan(options: GanTrainOptions, from: StepFile<GanDetails> | undefined, { folder, images, terminal, signal }: GanTrainingParts): Promise<void> {
  const { steps, batchSize, learningRate, seed, monitorEvery, checkpointEvery, logEvery } = options;
  const { generator } = networksOf(networkTable(options));
  const training = createTraining(options);
  if (from) {
    const tensors = storedToTensors(from.tensors);
    training.restore({ tensors, state: from.details.state });
    disposeTensors(tensors);
  }
  const monitor = await createGanMonitor(options, { folder, training: images.training.cache, heldOut: images.heldOut.cache, terminal });
  const metrics = openMetricsLog(join(folder, 'metrics.jsonl'));
  const looks = openMetricsLog(join(folder, 'monitor.jsonl'));
  const first = training.step;
  let saved = first;
  const save = async (): Promise<void> => {
    for (const log of [metrics, looks]) log.sync(); // a checkpoint must not be ahead of its logs
    const { tensors, state } = training.snapshot();
    await saveStepFile(join(folder, 'checkpoints'), tensors, { format: GAN_FORMAT, step: state.step, networks: networkTable(options), preparation: preparationOf(options), state }, options.keepCheckpoints);
    saved = state.step;
  };
  const progress = terminal.progress('Training', steps, 'steps');
  try {
    progress.update(first);
    let [last, logged, begun] = [performance.now(), first, performance.now()];
    for (const batch of ganBatches(images.training.cache, createRng(seed), { batchSize, from: first, to: steps })) {
      let log: AdversarialStepLog;
      try {
        log = await training.trainStep(batch, { learningRate });
      } finally {
        batch.dispose();
      }
      const { step } = log;
      const wrong = Object.entries(log).find(([, value]) => !Number.isFinite(value)); // a penalty's, too: its gradient has been taken, and a checkpoint must not have it
      if (wrong) throw new InputError(`Cannot go on as ${wrong[0]} of step ${step} is no number: begin again with a lower --learning-rate, or a larger --r1-gamma`);
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
      await setImmediate(); // lets signals in: the rest of a step waits for nothing
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
