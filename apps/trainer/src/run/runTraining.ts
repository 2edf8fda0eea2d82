import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { CheckpointDetails } from '@cxr-ifa/checkpoint';
import { embeddingNumbers, queueNumbers, train, type MomentumContrast, type Views } from '@cxr-ifa/moco';
import type { Schedule } from '@cxr-ifa/optim';
import { InputError, isInputError } from '@cxr-ifa/tensor';
import { requireFinite } from '../monitor/requireFinite.ts';
import { formatBytes } from '../output/formatBytes.ts';
import { formatDuration, type Terminal } from '../terminal.ts';
import type { OnlineProbe } from '../monitor/onlineProbe.ts';
import { latestCheckpoint } from './checkpointFile.ts';
import { createCheckpointWriter } from './checkpointWriter.ts';
import { memoryLimit } from './describeMachine.ts';
import type { TrainingPlan } from './planTraining.ts';
import type { CheckpointSpace } from './requireDisk.ts';
import { COMFORTABLE_SHARE, evenBatch, type StepMemory } from './requireMemory.ts';
import type { TrainingLog } from './trainingLog.ts';

/** What {@link runTraining} works with. */
export interface RunTrainingOptions {
  /** The run's folder. */
  readonly folder: string;
  readonly momentumContrast: MomentumContrast;
  readonly batches: AsyncIterable<Views>;
  readonly plan: TrainingPlan;
  readonly schedule: Schedule;
  readonly batchSize: number;
  /** The highest of the schedule: what to lower where training breaks. */
  readonly learningRate: number;
  /** What checkpoints say besides what changes from step to step. */
  readonly details: Pick<CheckpointDetails, 'randomState' | 'optimizer' | 'encoder' | 'preprocessing'> & { readonly images: number };
  /** Where numbers go; closed at the end. */
  readonly log: TrainingLog;
  /** What checkpoints take on disk. */
  readonly space: CheckpointSpace;
  /** What a step takes. */
  readonly memory: StepMemory;
  /** Scores the encoder, where labels were given. */
  readonly probe?: OnlineProbe | undefined;
  /** Steps between two scores. */
  readonly probeEvery: number;
  readonly checkpointEvery: number;
  readonly keepCheckpoints: number;
  /** Steps between two close looks at a batch; 0 for none. */
  readonly monitorEvery: number;
  readonly logEvery: number;
  /** Whether to save before the first step too: where the beginning cannot be made again from the seed alone, or the device may be lost. */
  readonly saveFirst: boolean;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** After so many steps the rest can be foretold. */
const FORECAST_STEP = 3;

/**
 * Trains until the plan is fulfilled or the signal asks to stop; logs, saves, and tells how far it is.
 * A checkpoint counts once the next step was good: one from which training cannot go on never becomes the latest.
 *
 * @returns The last step taken; a checkpoint of it was saved.
 * @throws {InputError} If a number is not finite any more, or the memory cannot suffice.
 */
export async function runTraining({ folder, momentumContrast, batches, plan, schedule, batchSize, learningRate, details, log, space, memory, probe, terminal, signal, ...options }: RunTrainingOptions): Promise<number> {
  const { steps } = plan;
  const progress = terminal.progress('Pretraining', steps, 'steps');
  const checkpoints = createCheckpointWriter(join(folder, 'checkpoints'), options.keepCheckpoints);
  const first = momentumContrast.step;
  let saved = -1;
  const requireGood = (numbers: Readonly<Record<string, number>>): Promise<void> =>
    requireFinite(numbers, async () => {
      await checkpoints.discard();
      return { run: folder, checkpoint: await latestCheckpoint(folder), learningRate };
    });
  const save = async (): Promise<void> => {
    log.sync(); // a checkpoint must not be ahead of the log, of which a resumed run keeps the lines up to it
    const { tensors, state } = momentumContrast.snapshot();
    const { images, ...rest } = details;
    const [epoch, position] = [Math.floor(state.step / plan.stepsPerEpoch), (state.step % plan.stepsPerEpoch) * batchSize];
    const broken = await checkpoints.stage(tensors, { ...rest, ...state, epoch, sampler: { epoch, position, images } });
    await requireGood({ step: state.step, ...Object.fromEntries(broken.map((name) => [`the state's ${name}`, NaN])) });
    saved = state.step;
  };

  const isObserved = (step: number): boolean => options.monitorEvery > 0 && (step % options.monitorEvery === 0 || step === steps);
  const isProbed = (step: number): boolean => probe !== undefined && (step % options.probeEvery === 0 || step === steps);
  let last = performance.now();
  let logged = first;
  let warm = last;
  try {
    progress.update(first);
    if (options.saveFirst) {
      await save();
      await checkpoints.commit();
    }
    for await (const { embeddings, ...numbers } of train(momentumContrast, batches, { steps, schedule, observe: isObserved, signal })) {
      const { step, loss, infoNce } = numbers;
      await requireGood(numbers);
      await checkpoints.commit();
      if (step === first + 1) warm = performance.now();
      if (step === first + FORECAST_STEP) forecast((performance.now() - warm) / (FORECAST_STEP - 1) / 1000, { stepsLeft: steps - step, batchSize, space, memory, terminal });
      if (step % options.logEvery === 0 || step === steps || isObserved(step) || isProbed(step)) {
        const now = performance.now();
        const { learningRate: rate, ...shown } = numbers;
        log.append({
          ...shown,
          learningRate: rate,
          epoch: Math.floor((step - 1) / plan.stepsPerEpoch),
          ...queueNumbers(momentumContrast.queue, batchSize, infoNce),
          ...(embeddings && embeddingNumbers(embeddings)),
          ...(isProbed(step) && (await probe?.(momentumContrast.query))),
          imagesPerSecond: Number((((step - logged) * batchSize * 1000) / (now - last)).toPrecision(4)),
        });
        [last, logged] = [performance.now(), step];
      }
      progress.update(step, `loss ${loss.toFixed(3)}`);
      if (step % options.checkpointEvery === 0 || step === steps) await save();
      await setImmediate(); // lets signals and timers in, where views are made between the steps and nothing is waited for
    }
    if (saved !== momentumContrast.step) await save();
    await checkpoints.commit();
    log.conclude();
    return momentumContrast.step;
  } catch (error) {
    throw explainGpuFailure(error, saved, folder) ?? explainMemory(error, batchSize, memory);
  } finally {
    await checkpoints.commit(); // whatever else ended the run
    progress.finish();
    log.close();
  }
}

interface ForecastOptions extends Pick<RunTrainingOptions, 'batchSize' | 'space' | 'memory' | 'terminal'> {
  readonly stepsLeft: number;
}

/** Says what the run will take, and stops it where the memory cannot suffice. */
function forecast(secondsAStep: number, { stepsLeft, batchSize, space, memory, terminal }: ForecastOptions): void {
  const bytes = process.resourceUsage().maxRSS * 1024;
  const limit = memoryLimit();
  const over = bytes - COMFORTABLE_SHARE * limit;
  if (over > 0) throw new InputError(`Cannot go on as the run takes ${formatBytes(bytes)} of this machine's ${formatBytes(limit)} of memory: ${smallerBatch(batchSize, over, memory)}`);
  terminal.print(`${secondsAStep.toPrecision(3)} s a step: the run will take ${formatDuration(secondsAStep * stepsLeft)}, ${formatBytes(bytes)} of memory, and ${formatBytes(space.total)} of disk for checkpoints of ${formatBytes(space.each)}`);
}

/** The batch that takes so many bytes less, by what a step takes for an image. */
function smallerBatch(batchSize: number, bytesLess: number, { perImage }: StepMemory): string {
  const fitting = evenBatch(batchSize - bytesLess / perImage);
  return fitting >= 2 ? `choose --batch-size ${fitting}` : 'choose a smaller --image-size, --width or --arch';
}

function explainMemory(error: unknown, batchSize: number, memory: StepMemory): unknown {
  if (!(error instanceof RangeError && /alloc|memory/i.test(error.message))) return error;
  const needed = memory.fixed + batchSize * memory.perImage; // more than could be had, which is what the process holds now
  const over = Math.max(needed - COMFORTABLE_SHARE * process.memoryUsage.rss(), (1 - COMFORTABLE_SHARE) * needed);
  return new InputError(`Cannot take a step as the memory does not suffice (${error.message}): ${smallerBatch(batchSize, over, memory)}`, { cause: error });
}

/** A GPU that has failed takes the parameters with it: what there is, is the last checkpoint. */
function explainGpuFailure(error: unknown, saved: number, folder: string): InputError | undefined {
  if (!(isInputError(error) && /^GPU_/.test(String((error as { code?: string }).code)))) return undefined;
  return new InputError(`${error.message}; ${saved < 0 ? 'no checkpoint was saved since' : `the checkpoint of step ${saved} is saved`}, go on with cxr-ifa pretrain --resume ${folder}`, { cause: error });
}
