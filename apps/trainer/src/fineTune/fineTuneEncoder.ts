import { classificationLoss, fineTune, FineTuner, stageRates, type CountedFinding, type FindingLabels, type FineTuneEpoch, type FineTunePosition, type LinearProbe } from '@cxr-ifa/heads/classification';
import { adamW, cosineSchedule } from '@cxr-ifa/optim';
import { disposeTensors, InputError, type Rng } from '@cxr-ifa/tensor';
import type { OpenedEncoder } from '../encode/openEncoder.ts';
import type { FineTuneOptionValues, IMBALANCE } from '../options/fineTuneOptions.ts';
import type { Terminal } from '../terminal.ts';
import type { FineTuneSnapshots } from './fineTuneSnapshots.ts';
import type { InputSource } from './inputSource.ts';
import { batchesOfEpoch, labelledBatches } from './labelledBatches.ts';
import { logLoss } from './logLoss.ts';
import { predictRows } from './predictRows.ts';

/** Rows of a source and their labels. */
export interface LabelledRows {
  readonly rows: readonly number[];
  readonly findings: readonly FindingLabels[];
}

/** What {@link fineTuneEncoder} works with. */
export interface FineTuneEncoderOptions extends FineTuneOptionValues {
  readonly imbalance: (typeof IMBALANCE)[number];
  readonly source: InputSource;
  readonly training: LabelledRows;
  /** What early stopping looks at; needed where it is asked for. */
  readonly validation?: LabelledRows | undefined;
  /** For the head to begin with. */
  readonly head?: LinearProbe | undefined;
  /** Only forked. */
  readonly rng: Rng;
  readonly terminal: Terminal;
  /** Where each epoch is kept, and gone on from. @default {nowhere} */
  readonly snapshots?: FineTuneSnapshots | undefined;
  /** Ends it between two steps; the tuner is then as it stands. */
  readonly signal?: AbortSignal;
}

/** What came of it: a tuner that the caller disposes of, and its log. */
export interface FineTunedEncoder {
  readonly tuner: FineTuner;
  readonly log: readonly FineTuneEpoch[];
}

/** Looking at the validation images after fewer steps than these would take longer than the steps. */
const STEPS_BETWEEN_LOOKS = 10;

/**
 * Trains an encoder on with labels.
 *
 * @throws {InputError} If no finding is both present and absent, the loss is no number any more, or early stopping has nothing to look at.
 */
export async function fineTuneEncoder({ encoder, parameters, statistics }: OpenedEncoder, { source, training, validation, head, rng, terminal, snapshots, signal, ...options }: FineTuneEncoderOptions): Promise<FineTunedEncoder> {
  const findings = training.findings.map(countClasses);
  if (!findings.some(({ positives, negatives }) => positives > 0 && negatives > 0)) throw new InputError(`Cannot fine-tune as no finding is both present and absent in the training images: ${findings.map(({ name, positives, negatives }) => `${name} has ${positives} and lacks ${negatives}`).join(', ')}`);
  if (options.earlyStopping !== undefined && !validation) throw new InputError('Cannot stop early as there are no validation images: leave --early-stopping out');
  const { batchSize, steps, round } = planSteps(training.rows.length, options);
  const tuner = new FineTuner({
    encoder,
    parameters,
    statistics,
    findings,
    optimizer: adamW({ weightDecay: options.weightDecay, decays: (_, parameter) => parameter.rank > 1 }),
    rng: rng.fork('tuner'),
    rates: stageRates(encoder, { decay: options.stageDecay, encoder: options.encoderRate, ...(options.freeze && { freeze: options.freeze }) }),
    loss: classificationLoss(options.imbalance === 'balanced-sampling' ? 'none' : options.imbalance, findings),
    batchNorm: options.batchNorm,
    ...(head && options.headStart === 'probe' && { head }),
  });
  const log: FineTuneEpoch[] = [];
  let best: FineTunePosition['best'];
  let progress: ReturnType<Terminal['progress']> | undefined;
  try {
    const begun = await snapshots?.read();
    if (begun) {
      best = begun.position.best;
      log.push(...begun.log);
      try {
        tuner.setState(begun.state);
      } finally {
        disposeTensors(begun.state.tensors);
      }
      terminal.print(`Going on with fine-tuning after epoch ${begun.position.epoch}, step ${tuner.step} of ${steps}`);
    }
    progress = terminal.progress('Fine-tuning', steps, 'steps');
    const batches = (epoch: number) => labelledBatches({ ...training, source, batchSize, steps: Math.min(round, steps - epoch * round), balanced: options.imbalance === 'balanced-sampling', augmented: options.augment !== 'none', rng: rng.fork('batches', epoch) });
    const validate = !validation || options.earlyStopping === undefined ? undefined : async (): Promise<number> => logLoss(await predictRows(tuner, source, validation.rows, options.trainBatchSize), validation.findings);
    for await (const epoch of fineTune(tuner, batches, { epochs: Math.ceil(steps / round), schedule: cosineSchedule({ base: options.learningRate, total: steps }), ...(validate && { validate }), ...(options.earlyStopping && { patience: options.earlyStopping }), ...(begun && { from: begun.position }), ...(signal && { signal }) })) {
      if (epoch.loss !== undefined && !Number.isFinite(epoch.loss)) {
        await snapshots?.remove(); // what led there leads there again
        throw new InputError(`Cannot go on as the loss of epoch ${epoch.epoch} is ${epoch.loss}: begin again with a lower --learning-rate`);
      }
      log.push(epoch);
      if (snapshots && !signal?.aborted) {
        if (epoch.validation !== undefined && epoch.best) {
          disposeTensors(best?.weights ?? []);
          best = { epoch: epoch.epoch, validation: epoch.validation, weights: tuner.copyWeights() };
        }
        await snapshots.write(tuner, log, best);
      }
      progress.update(epoch.step, `loss ${epoch.loss?.toFixed(3)}${epoch.validation === undefined ? '' : `, validation ${epoch.validation.toFixed(3)}`}`);
    }
    return { tuner, log };
  } catch (error) {
    tuner.dispose();
    throw error;
  } finally {
    progress?.finish();
    disposeTensors(best?.weights ?? []);
  }
}

function countClasses({ name, labels, known }: FindingLabels): CountedFinding {
  let [positives, negatives] = [0, 0];
  for (let image = 0; image < labels.length; image++) {
    if (known && !known[image]) continue;
    if (labels[image]) positives++;
    else negatives++;
  }
  return { name, positives, negatives };
}

function planSteps(images: number, { epochs, steps, trainBatchSize }: Pick<FineTuneOptionValues, 'epochs' | 'steps' | 'trainBatchSize'>): { batchSize: number; steps: number; round: number } {
  const perEpoch = batchesOfEpoch(images, trainBatchSize);
  const total = steps ?? epochs * perEpoch;
  return { batchSize: trainBatchSize, steps: total, round: Math.min(total, Math.max(perEpoch, STEPS_BETWEEN_LOOKS)) };
}
