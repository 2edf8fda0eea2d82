import { knownImages } from './knownImages.ts';
import type { ColumnOptions } from './rankColumn.ts';

/** Numbers of images, or sums of their weights, by label and decision. */
export interface ConfusionTable {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly trueNegatives: number;
  readonly falseNegatives: number;
}

/**
 * What a threshold makes of the images: a score at or above it is called positive. Take the threshold from validation data
 * ({@link chooseThreshold}); chosen on the images it is judged on, it flatters.
 *
 * @param scores One score an image; higher means more likely positive. Infinities are allowed, NaN is not.
 * @param labels 1 for positive, 0 for negative.
 * @param threshold In the unit of the scores.
 * @param options Weights and the mask of known labels.
 * @returns The four counts; see {@link confusionMetrics}.
 * @throws {TypeError} If lengths differ.
 * @throws {RangeError} If the threshold is NaN, a known label is not 0 or 1, a score is NaN, or a weight is negative or not finite.
 *
 * @example
 * ```ts
 * const { sensitivity, specificity } = confusionMetrics(confusionTable(test.scores, test.labels, threshold));
 * ```
 */
export function confusionTable(scores: ArrayLike<number>, labels: ArrayLike<number>, threshold: number, options: ColumnOptions = {}): ConfusionTable {
  if (Number.isNaN(threshold)) throw new RangeError('Cannot count decisions as the threshold must be a number: current value is NaN');
  const sums = new Float64Array(4); // by 2 label + decision
  for (const image of knownImages('count decisions', scores, labels, options)) {
    const cell = 2 * (labels[image] as number) + ((scores[image] as number) >= threshold ? 1 : 0);
    sums[cell] = (sums[cell] as number) + (options.weights ? (options.weights[image] as number) : 1);
  }
  const [trueNegatives, falsePositives, falseNegatives, truePositives] = sums as unknown as [number, number, number, number];
  return { truePositives, falsePositives, trueNegatives, falseNegatives };
}
