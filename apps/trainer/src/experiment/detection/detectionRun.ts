import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '@cxr-ifa/tensor';
import { z } from 'zod';

/** One run of the experiment, as its files tell. */
export interface DetectionRun {
  readonly start: 'pretrained' | 'random';
  readonly fraction: number;
  readonly seed: number;
  /** mAP at IoU 0.5 of the validation images, by step. */
  readonly curve: readonly (readonly [step: number, map50: number])[];
  /** Of the test images. */
  readonly map50: number | null;
  readonly froc: number | null;
}

const value = z.object({ value: z.number().nullable() });
const metricsSchema = z.looseObject({ scores: z.looseObject({ map50: value, froc: z.looseObject({ score: value }) }) });

/** @throws {InputError} If the folder is no finished run of `detect train`. */
export async function readDetectionRun(folder: string, cell: Pick<DetectionRun, 'start' | 'fraction' | 'seed'>): Promise<DetectionRun> {
  try {
    const { scores } = metricsSchema.parse(JSON.parse(await readFile(join(folder, 'metrics.json'), 'utf8')));
    const lines = (await readFile(join(folder, 'metrics.jsonl'), 'utf8')).split('\n').filter((line) => line !== '');
    const log = lines.map((line) => JSON.parse(line) as { step: number; validationMap50?: number });
    return { ...cell, curve: log.flatMap(({ step, validationMap50 }) => (validationMap50 === undefined ? [] : [[step, validationMap50] as const])), map50: scores.map50.value, froc: scores.froc.score.value };
  } catch (error) {
    throw new InputError(`Cannot read the finished run ${folder} as its files are damaged: delete the folder to train it anew`, { cause: error });
  }
}
