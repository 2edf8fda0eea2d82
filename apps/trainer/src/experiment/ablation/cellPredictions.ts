import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeJson } from '../../run/runDirectory.ts';

const probability = z.number().min(0).max(1);

/** What one encoder's probes said of the test images: enough to pair two encoders image by image. */
const schema = z.array(
  z.object({
    task: z.string(),
    splitHash: z.string(),
    findings: z.array(z.string()),
    /** By image: a number that stands for its patient, and its labels by finding; null is unknown. */
    patients: z.array(z.int().nonnegative()),
    labels: z.array(z.array(z.union([z.literal(0), z.literal(1), z.null()]))),
    /** One a method, fraction and draw: probabilities by finding and image; null for a finding that could not be learnt. */
    probes: z.array(z.object({ method: z.enum(['linear', 'knn']), fraction: z.number(), draw: z.int(), trainingImages: z.int(), probabilities: z.array(z.array(probability).nullable()) })),
  }),
);
export type CellPredictions = z.output<typeof schema>;
export type TaskPredictions = CellPredictions[number];
export type ProbePredictions = TaskPredictions['probes'][number];

const FILE = 'predictions.json';

/** Writes a cell's predictions into its folder. */
export async function writeCellPredictions(folder: string, predictions: CellPredictions): Promise<void> {
  await writeJson(join(folder, FILE), predictions);
}

/** A cell's predictions; `undefined` where there are none. */
export async function readCellPredictions(folder: string): Promise<CellPredictions | undefined> {
  const content = await readFile(join(folder, FILE), 'utf8').catch(() => undefined);
  return content === undefined ? undefined : schema.parse(JSON.parse(content));
}
