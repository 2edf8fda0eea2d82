import { join } from 'node:path';
import { train, type MomentumContrast, type StepLog, type Views } from '@cxr-ifa/moco';
import type { Schedule } from '@cxr-ifa/optim';
import { InputError, isInputError } from '@cxr-ifa/tensor';
import { formatDuration, type Terminal } from '../terminal.ts';
import { saveCheckpoint, type CheckpointDetails } from './checkpointFile.ts';
import { memoryLimit } from './describeMachine.ts';
import { openMetricsLog } from './metricsLog.ts';
import type { TrainingPlan } from './planTraining.ts';

/** What {@link runTraining} works with. */
export interface RunTrainingOptions {
  /** The run's folder. */
  readonly folder: string;
  readonly momentumContrast: MomentumContrast;
  readonly batches: AsyncIterable<Views>;
  readonly plan: TrainingPlan;
  readonly schedule: Schedule;
  readonly batchSize: number;
  /** What checkpoints say besides what changes from step to step. */
  readonly details: Pick<CheckpointDetails, 'randomState' | 'encoder' | 'preprocessing'> & { readonly images: number };
  readonly checkpointEvery: number;
  readonly keepCheckpoints: number;
  readonly logEvery: number;
  /** Whether to save before the first step too: where the beginning cannot be made again from the seed alone, or the device may be lost. */
  readonly saveFirst: boolean;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** After so many steps the rest can be foretold. */
const FORECAST_STEP = 3;
/** Beyond this share of the memory the system begins to swap, or ends the process. */
const MEMORY_SHARE = 0.9;

/**
 * Trains until the plan is fulfilled or the signal asks to stop; logs, saves, and tells how far it is.
 *
 * @returns The last step taken; a checkpoint of it was saved.
 * @throws {InputError} If the loss is no number any more, or the memory cannot suffice.
 */
export async function runTraining({ folder, momentumContrast, batches, plan, schedule, batchSize, details, terminal, signal, ...options }: RunTrainingOptions): Promise<number> {
  const { steps } = plan;
  const metrics = openMetricsLog(join(folder, 'metrics.jsonl'));
  const progress = terminal.progress('Pretraining', steps, 'steps');
  const first = momentumContrast.step;
  let saved = -1;
  const save = async (): Promise<void> => {
    metrics.sync(); // a checkpoint must not be ahead of the log, of which a resumed run keeps the lines up to it
    const { tensors, state } = momentumContrast.snapshot();
    const { images, ...rest } = details;
    const [epoch, position] = [Math.floor(state.step / plan.stepsPerEpoch), (state.step % plan.stepsPerEpoch) * batchSize];
    await saveCheckpoint(join(folder, 'checkpoints'), tensors, { ...rest, ...state, epoch, sampler: { epoch, position, images } }, options.keepCheckpoints);
    saved = state.step;
  };

  let last = performance.now();
  let logged = first;
  let warm = last;
  try {
    progress.update(first);
    if (options.saveFirst) await save();
    for await (const log of train(momentumContrast, batches, { steps, schedule, signal })) {
      const { step, loss } = log;
      if (!Number.isFinite(loss)) throw new InputError(`Cannot go on as the loss of step ${step} is ${loss}: begin again with a lower --learning-rate`);
      if (step === first + 1) warm = performance.now();
      if (step === first + FORECAST_STEP) forecast((performance.now() - warm) / (FORECAST_STEP - 1) / 1000, steps - step, batchSize, terminal);
      if (step % options.logEvery === 0 || step === steps) {
        const now = performance.now();
        metrics.append(metricsOf(log, Math.floor((step - 1) / plan.stepsPerEpoch), ((step - logged) * batchSize * 1000) / (now - last)));
        [last, logged] = [now, step];
      }
      progress.update(step, `loss ${loss.toFixed(3)}`);
      if (step % options.checkpointEvery === 0 || step === steps) await save();
    }
    if (saved !== momentumContrast.step) await save();
    return momentumContrast.step;
  } catch (error) {
    throw explainGpuFailure(error, saved, folder) ?? explainMemory(error, batchSize);
  } finally {
    progress.finish();
    metrics.close();
  }
}

function metricsOf({ step, ...log }: StepLog, epoch: number, imagesPerSecond: number): Record<string, number> {
  return { step, epoch, ...log, imagesPerSecond: Number(imagesPerSecond.toPrecision(4)) };
}

/** Says what the run will take, and stops it where the memory cannot suffice. */
function forecast(secondsAStep: number, stepsLeft: number, batchSize: number, terminal: Terminal): void {
  const bytes = process.resourceUsage().maxRSS * 1024;
  const limit = memoryLimit();
  const gigabytes = (value: number): string => `${(value / 1e9).toFixed(1)} GB`;
  if (bytes > MEMORY_SHARE * limit) throw new InputError(`Cannot go on as the run takes ${gigabytes(bytes)} of this machine's ${gigabytes(limit)} of memory: choose a smaller --batch-size, such as ${Math.ceil(batchSize / 2)}`);
  terminal.print(`${secondsAStep.toPrecision(3)} s a step: the run will take ${formatDuration(secondsAStep * stepsLeft)} and ${gigabytes(bytes)} of memory`);
}

function explainMemory(error: unknown, batchSize: number): unknown {
  if (!(error instanceof RangeError && /alloc|memory/i.test(error.message))) return error;
  return new InputError(`Cannot take a step as the memory does not suffice (${error.message}): choose a smaller --batch-size, such as ${Math.ceil(batchSize / 2)}`, { cause: error });
}

/** A GPU that has failed takes the parameters with it: what there is, is the last checkpoint. */
function explainGpuFailure(error: unknown, saved: number, folder: string): InputError | undefined {
  if (!(isInputError(error) && /^GPU_/.test(String((error as { code?: string }).code)))) return undefined;
  return new InputError(`${error.message}; ${saved < 0 ? 'no checkpoint was saved since' : `the checkpoint of step ${saved} is saved`}, go on with cxr-ifa pretrain --resume ${folder}`, { cause: error });
}
