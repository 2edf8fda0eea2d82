import { rankColumn, type ColumnOptions } from './rankColumn.ts';
import { thresholdCounts } from './thresholdCounts.ts';

/** The corners of a ROC curve, from (0, 0) to (1, 1); all three arrays are of one length. */
export interface RocCurve {
  /** 1 - specificity. */
  readonly falsePositiveRate: Float64Array;
  /** Sensitivity. */
  readonly truePositiveRate: Float64Array;
  /** A score at or above this is called positive; the first is Infinity. */
  readonly thresholds: Float64Array;
}

/**
 * The receiver operating characteristic as a polyline: a point for each distinct score, without those that lie exactly on the line between
 * their neighbours, so that 100,000 images leave about as many corners as the classes change places in the ranking. The area under it is {@link auroc}.
 *
 * @param scores One score an image; higher means more likely positive. Infinities are allowed, NaN is not.
 * @param labels 1 for positive, 0 for negative.
 * @param options Weights and the mask of known labels.
 * @returns The corners, or `undefined` where all known labels are of one class.
 * @throws {TypeError} If lengths differ.
 * @throws {RangeError} If a known label is not 0 or 1, a score is NaN, or a weight is negative or not finite.
 *
 * @example
 * ```ts
 * const { falsePositiveRate, truePositiveRate } = rocCurve([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])!; // [0, 0, 0.5, 0.5, 1], [0, 0.5, 0.5, 1, 1]
 * ```
 * @see Fawcett 2006, An introduction to ROC analysis
 */
export function rocCurve(scores: ArrayLike<number>, labels: ArrayLike<number>, options: ColumnOptions = {}): RocCurve | undefined {
  const { thresholds, truePositives, falsePositives } = thresholdCounts(rankColumn('draw a ROC curve', scores, labels, options), scores, options.weights);
  const [positives, negatives] = [truePositives.at(-1) as number, falsePositives.at(-1) as number];
  if (!(positives > 0 && negatives > 0)) return undefined;
  const corners: number[] = [];
  const step = (from: number, to: number): [number, number] => [
    (falsePositives[to] as number) - (falsePositives[from] as number),
    (truePositives[to] as number) - (truePositives[from] as number),
  ];
  for (let point = 0; point < thresholds.length; point++) {
    // Counts are integers without weights, and then the cross product is exact
    const [before, middle] = corners.slice(-2) as [number, number];
    if (corners.length >= 2) {
      const [[x, y], [nextX, nextY]] = [step(before, middle), step(middle, point)];
      if (x * nextY === y * nextX) corners.pop();
    }
    corners.push(point);
  }
  return {
    falsePositiveRate: Float64Array.from(corners, (point) => (falsePositives[point] as number) / negatives),
    truePositiveRate: Float64Array.from(corners, (point) => (truePositives[point] as number) / positives),
    thresholds: Float64Array.from(corners, (point) => thresholds[point] as number),
  };
}
