import { disposeTensors, type CancelSignal } from '@cxr-ifa/tensor';
import type { MomentumContrast } from './momentumContrast.ts';
import type { StepLog } from './stepLog.ts';
import { tensorsOf, type Views } from './views.ts';

/** How long and how fast to train. */
export interface TrainOptions {
  /** The step after which training ends, counted from the very first. */
  readonly steps: number;
  /** The learning rate of a step, counted from 0. */
  readonly schedule: (step: number) => number;
  /** Whether to look closely at the batch of a step, counted from 1, before it is taken: its log then has what `MomentumContrast.observe` found. @default never */
  readonly observe?: (step: number) => boolean;
  /** Looked at between steps. */
  readonly signal?: CancelSignal;
}

/**
 * Trains on batches until the steps, the batches or the caller's patience are at an end, and yields each step's log.
 * Whoever consumes the logs decides when to save, print or stop.
 *
 * @param momentumContrast The trainer; borrowed.
 * @param batches Batches of views; each belongs to this function once it is handed over, and is disposed of after its step.
 *
 * @example
 * ```ts
 * for await (const { step, loss } of train(momentumContrast, batches, { steps: 1000, schedule: cosineSchedule({ base: 0.03, total: 1000 }) })) report(step, loss);
 * ```
 */
export async function* train(momentumContrast: MomentumContrast, batches: AsyncIterable<Views>, { steps, schedule, observe = () => false, signal }: TrainOptions): AsyncGenerator<StepLog, void, void> {
  if (momentumContrast.step >= steps || signal?.aborted) return;
  for await (const views of batches) {
    try {
      const observation = observe(momentumContrast.step + 1) ? await momentumContrast.observe(views) : undefined;
      const log = await momentumContrast.trainStep(views, { learningRate: schedule(momentumContrast.step) });
      yield observation ? { ...log, ...observation.numbers, embeddings: { query: observation.query, key: observation.key } } : log;
    } finally {
      disposeTensors(tensorsOf(views));
    }
    if (momentumContrast.step >= steps || signal?.aborted) return;
  }
}
