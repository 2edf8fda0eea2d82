import { patientBootstrap, type BootstrapInterval } from '@cxr-ifa/metrics';
import { estimateOf, findingColumn, requirePatients, type BootstrapSettings, type Estimate, type FindingColumn } from './findingColumn.ts';
import type { Predictions } from './predictionsFile.ts';

/** How well one finding was predicted. */
export interface FindingResult {
  readonly finding: string;
  readonly auroc: Estimate;
  /** Known labels among the images with a prediction. */
  readonly positives: number;
  readonly negatives: number;
  /** Bootstrap draws without a positive or without a negative: with many of them the interval is not to be trusted. */
  readonly undefinedSamples: number;
}

/**
 * AUROC of each finding with its interval over patients; an image without a patient stands for itself.
 *
 * @throws {InputError} If the images are of one patient, or there are none.
 */
export function evaluatePredictions({ findings, images }: Predictions, { rng, samples, confidence }: BootstrapSettings): FindingResult[] {
  const columns = findings.map((_, index) => findingColumn(images, index));
  const patients = images.map(({ patient }) => patient);
  requirePatients(patients);
  const statistics = Object.fromEntries(columns.map(({ statistic }, index) => [index, statistic]));
  const intervals = patientBootstrap(statistics, patients, { rng: rng.fork('bootstrap'), samples, confidence });
  return findings.map((finding, index) => {
    const { positives, negatives } = columns[index] as FindingColumn;
    const interval = intervals[index] as BootstrapInterval;
    return { finding, auroc: estimateOf(interval), positives, negatives, undefinedSamples: interval.undefinedSamples };
  });
}
