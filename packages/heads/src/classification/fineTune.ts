import { disposeTensors, type CancelSignal } from '@cxr-ifa/tensor';
import { clone, keep, type Tensor } from '@tensorflow/tfjs-core';
import type { FineTuner, LabelledBatch } from './fineTuner.ts';

/** How long and how fast to train, and by what to stop. */
export interface FineTuneOptions {
  readonly epochs: number;
  /** The learning rate of a step, counted from 0. */
  readonly schedule: (step: number) => number;
  /** What is to become small on validation images, never on test images; asked for after each epoch. Without it the last epoch is kept. */
  readonly validate?: () => Promise<number>;
  /** Ends when so many epochs in a row have not lowered it. @default {no end but the last epoch} */
  readonly patience?: number;
  /** Where a fine-tuning that was interrupted goes on, once the tuner has the state it had then. @default {at the beginning} */
  readonly from?: FineTunePosition;
  /** Looked at between steps. */
  readonly signal?: CancelSignal;
}

/** How far a fine-tuning has come. */
export interface FineTunePosition {
  /** The last epoch that was finished, counted from 1. */
  readonly epoch: number;
  /** The best of them on validation images, with the weights it had; borrowed. */
  readonly best?: { readonly validation: number; readonly epoch: number; readonly weights: ReadonlyMap<string, Tensor> };
}

/** One epoch's numbers. */
export interface FineTuneEpoch {
  /** Counted from 1. */
  readonly epoch: number;
  /** The last step taken. */
  readonly step: number;
  /** The mean over the epoch's steps; `undefined` where it had none. */
  readonly loss: number | undefined;
  readonly learningRate: number;
  readonly validation?: number;
  /** Whether no epoch before was better on validation images; always, without them. */
  readonly best: boolean;
}

/**
 * Fine-tunes epoch by epoch, and yields each epoch's numbers. With `validate` the tuner has the weights of its best epoch when this is at an end, also where
 * the consumer breaks off; NaN is never best.
 *
 * @param tuner What is trained; borrowed.
 * @param batchesOf The batches of an epoch, counted from 0; each batch belongs to this function once it is handed over.
 * @param options How long, how fast, and by what to stop.
 *
 * @example
 * ```ts
 * for await (const { epoch, loss, validation } of fineTune(tuner, batchesOf, { epochs: 30, schedule: cosineSchedule({ base: 1e-3, total }), validate, patience: 5 })) report(epoch, loss, validation);
 * ```
 */
export async function* fineTune(tuner: FineTuner, batchesOf: (epoch: number) => AsyncIterable<LabelledBatch> | Iterable<LabelledBatch>, { epochs, schedule, validate, patience = Infinity, from, signal }: FineTuneOptions): AsyncGenerator<FineTuneEpoch, void, void> {
  let best = from?.best && { ...from.best, weights: new Map([...from.best.weights].map(([name, tensor]) => [name, keep(clone(tensor))])) };
  const isOver = (epoch: number): boolean => epoch - (best?.epoch ?? epoch) >= patience;
  try {
    if (from && isOver(from.epoch)) return;
    for (let epoch = (from?.epoch ?? 0) + 1; epoch <= epochs && !signal?.aborted; epoch++) {
      let [sum, steps, learningRate] = [0, 0, schedule(tuner.step)];
      for await (const batch of batchesOf(epoch - 1)) {
        try {
          learningRate = schedule(tuner.step);
          sum += (await tuner.trainStep(batch, { learningRate })).loss;
          steps++;
        } finally {
          disposeTensors(Object.values(batch) as Tensor[]);
        }
        if (signal?.aborted) break;
      }
      const validation = await validate?.();
      const isBest = validation === undefined || validation < (best?.validation ?? Infinity);
      if (validation !== undefined && isBest) {
        disposeTensors(best?.weights ?? []);
        best = { validation, epoch, weights: tuner.copyWeights() };
      }
      yield { epoch, step: tuner.step, loss: steps > 0 ? sum / steps : undefined, learningRate, ...(validation !== undefined && { validation }), best: isBest };
      if (isOver(epoch)) return;
    }
  } finally {
    if (best) {
      tuner.setWeights(best.weights);
      disposeTensors(best.weights);
    }
  }
}
