import { join } from 'node:path';
import { planBatches } from '@cxr-ifa/datasets';
import { DetectorTraining, assignAtss, type DetectorSnapshot } from '@cxr-ifa/heads/detection';
import { meanAveragePrecision } from '@cxr-ifa/metrics';
import { adamW, cosineSchedule, layerwiseRates, sgd, warmUp, type Optimizer } from '@cxr-ifa/optim';
import { disposeTensors, InputError, type Rng } from '@cxr-ifa/tensor';
import type { OpenedEncoder } from '../encode/openEncoder.ts';
import type { DetectTrainOptions } from '../options/detectOptions.ts';
import { Interrupted } from '../run/interruption.ts';
import { openMetricsLog } from '../run/metricsLog.ts';
import type { Terminal } from '../terminal.ts';
import type { AnnotatedImage } from './annotatedImages.ts';
import { detectImages } from './detectImages.ts';
import { detectionBatch } from './detectionBatch.ts';
import type { DetectionData } from './detectionData.ts';
import { detectorOf, saveDetector, type DetectorTable } from './detectorFile.ts';
import { numberBoxes } from './scoreBoxes.ts';
import { toCoco } from './writeCoco.ts';

const OPTIMIZERS: Readonly<Record<DetectTrainOptions['optimizer'], (weightDecay: number) => Optimizer>> = { adamw: (weightDecay) => adamW({ weightDecay }), sgd: (weightDecay) => sgd({ weightDecay }) };

/** What a detector learns from, and where that is written. */
export interface LearnDetectorOptions {
  readonly folder: string;
  readonly table: DetectorTable;
  /** Its validation images are looked at every `evaluateEvery` steps. */
  readonly data: DetectionData;
  /** Where a resumed run goes on. */
  readonly from: DetectorSnapshot | undefined;
  readonly rng: Rng;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/**
 * Trains a detector on an encoder, which it takes over, and leaves a checkpoint every so many steps, at the end, and where it is interrupted.
 *
 * @returns The training, which is the caller's, who disposes of it.
 * @throws {Interrupted} If the signal came; a checkpoint was saved.
 * @throws {InputError} If a loss is no number any more, or what is resumed does not fit.
 */
export async function learnDetector(opened: OpenedEncoder, options: DetectTrainOptions, { folder, table, data, from, rng, terminal, signal }: LearnDetectorOptions): Promise<DetectorTraining> {
  const { steps, batchSize, learningRate, evaluateEvery, logEvery, checkpointEvery, seed, optimizer, augment, minimumVisible, encoderRate } = options;
  const { train, validation } = data;
  const { cache } = data.prepared;
  const { preprocessing } = opened;
  const detector = detectorOf(opened.encoder, table);
  const ofEncoder = new Set(opened.parameters.keys());
  const training = new DetectorTraining({
    detector,
    parameters: new Map([...opened.parameters, ...detector.initialise(rng.fork('detector'))]),
    statistics: opened.statistics,
    optimizer: layerwiseRates(OPTIMIZERS[optimizer](options.weightDecay), (name) => (ofEncoder.has(name) ? encoderRate : 1)),
    frozen: (name) => encoderRate === 0 && ofEncoder.has(name),
    batchNorm: options.batchNorm,
    boxLoss: options.boxLoss,
    ...(options.assign === 'atss' && { assign: assignAtss }),
  });
  const schedule = warmUp(cosineSchedule({ base: learningRate, total: steps }), Math.ceil(steps / 20));
  const log = openMetricsLog(join(folder, 'metrics.jsonl'));
  const progress = terminal.progress('Training the detector', steps, 'steps');
  const save = async (epoch: number): Promise<void> => {
    log.sync(); // a checkpoint must not be ahead of its log
    await saveDetector(folder, training, { encoder: opened.table, preprocessing, optimizer, epoch, seed });
  };
  try {
    if (from) training.restore(from);
    progress.update(training.step);
    for (const { epoch, indices } of planBatches(rng, train.length, Math.min(batchSize, train.length), training.step, steps)) {
      const { images, annotations } = detectionBatch(cache, indices.map((index) => train[index] as AnnotatedImage), { augment, minimumVisible, normalisation: preprocessing.normalisation, rng, epoch });
      const numbers = await training.trainStep(images, annotations, { learningRate: schedule(training.step) }).finally(() => images.dispose());
      const { step, loss, gradientNorm } = numbers;
      if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) throw new InputError(`Cannot go on as the ${Number.isFinite(loss) ? 'gradient' : 'loss'} of step ${step} is no number: begin again with a lower --learning-rate`);
      const isLook = evaluateEvery !== undefined && validation.length > 0 && (step % evaluateEvery === 0 || step === steps);
      const look = isLook ? { validationMap50: await validate() } : {};
      if (step % logEvery === 0 || step === 1 || step === steps || isLook) log.append({ ...numbers, epoch, ...look });
      progress.update(step, `loss ${loss.toFixed(3)}`);
      if (step % checkpointEvery === 0 || step === steps || signal.aborted) await save(epoch);
      if (signal.aborted && step < steps) throw new Interrupted(`Interrupted after step ${step} of ${steps}; go on with: cxr-ifa detect train --resume ${folder}`);
    }
    return training;
  } catch (error) {
    training.dispose();
    throw error;
  } finally {
    progress.finish();
    log.close();
    if (from) disposeTensors(from.tensors);
  }

  async function validate(): Promise<number> {
    const found = await detectImages({ detector, ...training.model, preprocessing }, validation.map(({ index }) => index), { cache, batchSize, terminal: { ...terminal, progress: () => ({ update: () => undefined, finish: () => undefined }) }, overlapThreshold: options.overlap });
    const { annotations, results } = toCoco(validation, found, { findings: table.findings, preprocessing, pseudonym: () => undefined });
    const { objects, detections, sizes } = numberBoxes(annotations, results);
    return meanAveragePrecision(detections, objects, { ...sizes, iouThresholds: [0.5] }).mean ?? 0;
  }
}
