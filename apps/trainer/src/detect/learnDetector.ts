import { planBatches } from '@cxr-ifa/datasets';
import { DetectorTraining, assignAtss } from '@cxr-ifa/heads/detection';
import { meanAveragePrecision } from '@cxr-ifa/metrics';
import { adamW, cosineSchedule, sgd, warmUp, type Optimizer } from '@cxr-ifa/optim';
import type { Rng } from '@cxr-ifa/tensor';
import type { OpenedEncoder } from '../encode/openEncoder.ts';
import type { ImageCache } from '../input/imageCache.ts';
import type { DetectTrainOptions } from '../options/detectOptions.ts';
import { Interrupted } from '../run/interruption.ts';
import type { MetricsLog } from '../run/metricsLog.ts';
import type { Terminal } from '../terminal.ts';
import type { AnnotatedImage } from './annotatedImages.ts';
import { detectImages } from './detectImages.ts';
import { detectionBatch } from './detectionBatch.ts';
import { detectorOf, type DetectorTable } from './detectorFile.ts';
import { numberBoxes } from './scoreBoxes.ts';
import { toCoco } from './writeCoco.ts';

const OPTIMIZERS: Readonly<Record<DetectTrainOptions['optimizer'], (weightDecay: number) => Optimizer>> = { adamw: (weightDecay) => adamW({ weightDecay }), sgd: (weightDecay) => sgd({ weightDecay }) };

/** What a detector learns from, and where that is written. */
export interface LearnDetectorOptions {
  readonly table: DetectorTable;
  readonly train: readonly AnnotatedImage[];
  /** Looked at every `evaluateEvery` steps. */
  readonly validation: readonly AnnotatedImage[];
  readonly cache: ImageCache;
  readonly rng: Rng;
  readonly log: MetricsLog;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/**
 * Trains a detector on an encoder, which it takes over; the training is the caller's, who disposes of it.
 *
 * @throws {Interrupted} If the signal came: a detector that learnt for a part of its steps is none.
 */
export async function learnDetector(opened: OpenedEncoder, options: DetectTrainOptions, { table, train, validation, cache, rng, log, terminal, signal }: LearnDetectorOptions): Promise<DetectorTraining> {
  const { steps, batchSize, learningRate, evaluateEvery, logEvery } = options;
  const detector = detectorOf(opened.encoder, table);
  const parameters = new Map([...opened.parameters, ...detector.initialise(rng.fork('detector'))]);
  const training = new DetectorTraining({
    detector,
    parameters,
    statistics: opened.statistics,
    optimizer: OPTIMIZERS[options.optimizer](options.weightDecay),
    batchNorm: options.batchNorm,
    boxLoss: options.boxLoss,
    ...(options.assign === 'atss' && { assign: assignAtss }),
  });
  const schedule = warmUp(cosineSchedule({ base: learningRate, total: steps }), Math.ceil(steps / 20));
  const progress = terminal.progress('Training the detector', steps, 'steps');
  try {
    for (const { epoch, indices } of planBatches(rng, train.length, Math.min(batchSize, train.length), 0, steps)) {
      if (signal.aborted) throw new Interrupted(`Interrupted at step ${training.step} of ${steps}: no detector was written`);
      const { images, annotations } = detectionBatch(cache, indices.map((index) => train[index] as AnnotatedImage), { augment: options.augment, normalisation: opened.preprocessing.normalisation, rng, epoch });
      const numbers = await training.trainStep(images, annotations, { learningRate: schedule(training.step) }).finally(() => images.dispose());
      const isLook = evaluateEvery !== undefined && validation.length > 0 && (numbers.step % evaluateEvery === 0 || numbers.step === steps);
      const look = isLook ? { validationMap50: await validate() } : {};
      if (numbers.step % logEvery === 0 || numbers.step === 1 || numbers.step === steps || isLook) log.append({ ...numbers, epoch, ...look });
      progress.update(numbers.step, `loss ${numbers.loss.toFixed(3)}`);
    }
    return training;
  } catch (error) {
    training.dispose();
    throw error;
  } finally {
    progress.finish();
  }

  async function validate(): Promise<number> {
    const { preprocessing } = opened;
    const found = await detectImages({ detector, ...training.model, preprocessing }, validation.map(({ index }) => index), { cache, batchSize, terminal: { ...terminal, progress: () => ({ update: () => undefined, finish: () => undefined }) }, overlapThreshold: options.overlap });
    const { annotations, results } = toCoco(validation, found, { findings: table.findings, preprocessing, pseudonym: () => undefined });
    const { objects, detections, sizes } = numberBoxes(annotations, results);
    return meanAveragePrecision(detections, objects, { ...sizes, iouThresholds: [0.5] }).mean ?? 0;
  }
}
