import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { storedToTensors, type StoredTensor } from '@cxr-ifa/checkpoint';
import type { FineTuneEpoch, FineTunePosition, FineTuner, FineTunerState } from '@cxr-ifa/heads/classification';
import { disposeTensors } from '@cxr-ifa/tensor';
import type { Tensor } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { saveStepFile } from '../run/checkpointFile.ts';
import { FINE_TUNING } from '../run/runDirectory.ts';
import { readStepFile } from '../run/stepFile.ts';
import { UsageError } from '../usageError.ts';

const FORMAT = 'cxr-ifa-fine-tuning-1';
const BEST = 'best.';
const count = z.int().nonnegative();
/** NaN and infinity are no JSON: null stands for a number that is not finite. */
const measure = z.number().nullable();
const detailsSchema = z.object({
  format: z.literal(FORMAT),
  step: count,
  key: z.string(),
  best: z.object({ epoch: count, validation: z.number() }).nullable(),
  log: z.array(z.object({ epoch: count, step: count, loss: measure.optional(), learningRate: z.number(), validation: measure.optional(), best: z.boolean() })),
});

/** Where a fine-tuning that was interrupted stood; the tensors belong to whoever reads it. */
export interface FineTuneSnapshot {
  readonly state: FineTunerState;
  readonly position: FineTunePosition;
  readonly log: readonly FineTuneEpoch[];
}

/** The snapshots of one fine-tuning: one a finished epoch, of which the last is kept. */
export interface FineTuneSnapshots {
  /**
   * @returns The last snapshot, or `undefined` where there is none.
   * @throws {UsageError} If it is of another fine-tuning.
   * @throws {InputError} If it cannot be read.
   */
  read(): Promise<FineTuneSnapshot | undefined>;
  /** Keeps the tuner as it stands after the last epoch of the log; everything is borrowed. */
  write(tuner: FineTuner, log: readonly FineTuneEpoch[], best: FineTunePosition['best']): Promise<void>;
  /** Removes them, once they are of no more use. */
  remove(): Promise<void>;
}

/**
 * The snapshots in a run's folder.
 *
 * @param run The folder.
 * @param key What tells this fine-tuning from any other: with another key, nothing is gone on with.
 */
export function fineTuneSnapshots(run: string, key: string): FineTuneSnapshots {
  const folder = join(run, FINE_TUNING);
  return {
    async read() {
      const file = await readStepFile(folder, detailsSchema, 'cxr-ifa classify train').catch((error: Error) => {
        if (error.message.endsWith('there is no such file or folder')) return undefined;
        throw error;
      });
      if (!file) return undefined;
      const { details, tensors } = file;
      if (details.key !== key) throw new UsageError(`Cannot go on with the fine-tuning in ${folder} as it was begun with other options, labels or images: begin it as it was, remove the folder, or choose another --out`);
      const part = (isBest: boolean): ReadonlyMap<string, StoredTensor> => new Map([...tensors].filter(([name]) => name.startsWith(BEST) === isBest).map(([name, tensor]) => [isBest ? name.slice(BEST.length) : name, tensor]));
      const log = details.log.map(({ loss, validation, ...epoch }): FineTuneEpoch => ({ ...epoch, loss: loss ?? undefined, ...(validation !== undefined && { validation: validation ?? NaN }) }));
      const position = { epoch: log.length, ...(details.best && { best: { ...details.best, weights: storedToTensors(part(true)) } }) };
      return { state: { step: details.step, tensors: storedToTensors(part(false)) }, position, log };
    },
    async write(tuner, log, best) {
      const { step, tensors } = tuner.copyState();
      try {
        const all = new Map<string, Tensor>([...tensors, ...[...(best?.weights ?? [])].map(([name, tensor]) => [`${BEST}${name}`, tensor] as const)]);
        await saveStepFile(join(folder, 'checkpoints'), all, { format: FORMAT, step, key, best: best ? { epoch: best.epoch, validation: best.validation } : null, log }, 1);
      } finally {
        disposeTensors(tensors);
      }
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
