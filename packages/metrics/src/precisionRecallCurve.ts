import { rankColumn, type ColumnOptions } from './rankColumn.ts';
import { thresholdCounts } from './thresholdCounts.ts';

/** The points of a precision-recall curve from recall 0 up; all three arrays are of one length. */
export interface PrecisionRecallCurve {
  /** Sensitivity. */
  readonly recall: Float64Array;
  /** Positive predictive value; 1 at the first point, where nothing is called positive. */
  readonly precision: Float64Array;
  /** A score at or above this is called positive; the first is Infinity. */
  readonly thresholds: Float64Array;
}

/**
 * The precision-recall curve: a point for each distinct score, without those between two neighbours of the same recall or the same precision.
 * Between points it is to be drawn as steps and not as lines, which would flatter (Davis and Goadrich 2006); the sum of its steps is {@link auprc}.
 *
 * @param scores One score an image; higher means more likely positive. Infinities are allowed, NaN is not.
 * @param labels 1 for positive, 0 for negative.
 * @param options Weights and the mask of known labels.
 * @returns The points, or `undefined` where all known labels are of one class.
 * @throws {TypeError} If lengths differ.
 * @throws {RangeError} If a known label is not 0 or 1, a score is NaN, or a weight is negative or not finite.
 *
 * @example
 * ```ts
 * const { recall, precision } = precisionRecallCurve([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])!; // [0, 0.5, 0.5, 1, 1], [1, 1, 0.5, 2 / 3, 0.5]
 * ```
 * @see Davis and Goadrich 2006, The relationship between precision-recall and ROC curves
 */
export function precisionRecallCurve(scores: ArrayLike<number>, labels: ArrayLike<number>, options: ColumnOptions = {}): PrecisionRecallCurve | undefined {
  const { thresholds, truePositives, falsePositives } = thresholdCounts(rankColumn('draw a precision-recall curve', scores, labels, options), scores, options.weights);
  const positives = truePositives.at(-1) as number;
  if (!(positives > 0 && (falsePositives.at(-1) as number) > 0)) return undefined;
  const recall = truePositives.map((count) => count / positives);
  const precision = truePositives.map((count, point) => (count + (falsePositives[point] as number) > 0 ? count / (count + (falsePositives[point] as number)) : 1));
  const equal = (values: Float64Array, a: number, b: number, c: number): boolean => values[a] === values[b] && values[b] === values[c];
  const kept: number[] = [];
  for (let point = 0; point < thresholds.length; point++) {
    const [before, middle] = kept.slice(-2) as [number, number];
    if (kept.length >= 2 && (equal(recall, before, middle, point) || equal(precision, before, middle, point))) kept.pop();
    kept.push(point);
  }
  const pick = (values: Float64Array): Float64Array => Float64Array.from(kept, (point) => values[point] as number);
  return { recall: pick(recall), precision: pick(precision), thresholds: pick(thresholds) };
}
