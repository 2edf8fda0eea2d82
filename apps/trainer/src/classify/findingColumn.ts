import { aurocStatistic, type BootstrapInterval, type WeightedStatistic } from '@cxr-ifa/metrics';
import { InputError, type Rng } from '@cxr-ifa/tensor';
import type { Predictions } from './predictionsFile.ts';

/** A statistic with its interval, in JSON: null where it is not defined. */
export interface Estimate {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** How intervals are drawn. */
export interface BootstrapSettings {
  readonly rng: Rng;
  readonly samples: number;
  /** The share of intervals that should hold the true value. */
  readonly confidence: number;
}

/** One finding's predictions, ready to be judged. */
export interface FindingColumn {
  readonly statistic: WeightedStatistic;
  readonly scores: readonly number[];
  readonly labels: readonly number[];
  /** 1 where there is a known label and a prediction. */
  readonly known: readonly number[];
  /** Among these. */
  readonly positives: number;
  readonly negatives: number;
}

/** One finding's scores and labels, and its AUROC as a statistic of image weights; an image without label or prediction does not count. */
export function findingColumn(images: Predictions['images'], index: number): FindingColumn {
  const labels = images.map((image) => image.labels[index] ?? 0);
  const known = images.map((image) => (image.labels[index] === undefined || image.probabilities[index] === undefined ? 0 : 1));
  const scores = images.map((image) => image.probabilities[index] ?? 0);
  const total = known.reduce<number>((sum, value) => sum + value, 0);
  const positives = labels.filter((label, row) => label === 1 && known[row]).length;
  return { statistic: aurocStatistic(scores, labels, { known }), scores, labels, known, positives, negatives: total - positives };
}

/** One patient alone has no interval: that is an error of the data, and not of the program. */
export function requirePatients(patients: readonly (string | undefined)[]): void {
  const distinct = new Set(patients.map((patient, row) => patient ?? row)).size;
  if (distinct < 2) throw new InputError(`Cannot evaluate as the images to test on must be of at least two patients: current number is ${distinct}`);
}

/** A bootstrap's interval for JSON. */
export function estimateOf({ value, low, high }: BootstrapInterval): Estimate {
  return { value: value ?? null, low: low ?? null, high: high ?? null };
}
