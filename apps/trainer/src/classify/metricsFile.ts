import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '@cxr-ifa/tensor';
import { z } from 'zod';
import { writeJson } from '../run/runDirectory.ts';

const count = z.int().nonnegative();
const estimate = z.object({ value: z.number().nullable(), low: z.number().nullable(), high: z.number().nullable() });
const split = z.object({ images: count, patients: count });

/** A classification run's `metrics.json`. */
const schema = z.object({
  format: z.literal('cxr-ifa-classification-1'),
  encoder: z.string(),
  random: z.boolean(),
  method: z.enum(['linear', 'knn', 'fine-tune']),
  stage: z.string().nullable(),
  /** On the images of the split `test`. */
  findings: z.array(
    z.object({
      finding: z.string(),
      auroc: estimate,
      positives: count,
      negatives: count,
      undefinedSamples: count,
      // what follows is absent in older files
      auprc: estimate.optional(),
      brier: estimate.optional(),
      calibrationError: estimate.optional(),
      /** What thresholds of the validation images do on the test images. */
      operatingPoints: z.array(z.object({ criterion: z.string(), threshold: z.number(), sensitivity: estimate, specificity: estimate, f1: estimate })).optional(),
    }),
  ),
  macro: z.object({ auroc: estimate, over: z.array(z.string()) }).optional(),
  /** AUROC by view, sex and age, where the data tell them. */
  subgroups: z.array(z.object({ finding: z.string(), attribute: z.string(), level: z.string().nullable(), images: count, patients: count, auroc: estimate })).optional(),
  /** What probabilities went through, fitted on validation images. */
  calibration: z.array(z.object({ finding: z.string(), slope: z.number(), intercept: z.number() })).optional(),
  imbalance: z.string().optional(),
  bootstrap: z.object({ unit: z.literal('patient'), samples: count, confidence: z.number(), seed: count, interval: z.enum(['percentile', 'bca']).optional() }),
  /** From the label file to the images used. */
  counts: z.object({ read: count, dropped: z.array(z.object({ reason: z.string(), count })), kept: count, train: split, trainUsed: split, val: split, test: split }),
  labelPolicy: z.object({ uncertain: z.string(), blank: z.string() }),
  labelCounts: z.record(z.string(), z.object({ positive: count, negative: count, uncertain: count, unmentioned: count })),
  splitSource: z.string(),
  splitHash: z.string(),
  /** Test patients and images that the encoder was trained on before; null where its run does not say, and patients null where it did not know them. Absent in older files. */
  leak: z.object({ patients: count.nullable(), images: count }).nullable().optional(),
  /** How the penalty of a linear probe was chosen; null for another method. */
  selection: z.string().nullable(),
});
export type ClassificationMetrics = z.output<typeof schema>;

const FILE = 'metrics.json';

export async function writeMetrics(run: string, metrics: ClassificationMetrics): Promise<void> {
  await writeJson(join(run, FILE), metrics);
}

/**
 * Reads a classification run's metrics.
 *
 * @throws {InputError} If the folder is no such run.
 */
export async function readMetrics(run: string): Promise<ClassificationMetrics> {
  try {
    return schema.parse(JSON.parse(await readFile(join(run, FILE), 'utf8')));
  } catch (error) {
    throw new InputError(`Cannot read the run ${run} as it has no readable ${FILE}: is it a run of cxr-ifa classify train, and did it end well?`, { cause: error });
  }
}
