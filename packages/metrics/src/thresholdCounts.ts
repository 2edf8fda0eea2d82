import type { RankedColumn } from './rankColumn.ts';

/** How many known images score at or above each threshold, by class. */
export interface ThresholdCounts {
  /** Infinity, where nothing is called positive, then every distinct score from the highest down. */
  readonly thresholds: Float64Array;
  readonly truePositives: Float64Array;
  readonly falsePositives: Float64Array;
}

/** Counts what every threshold calls positive, in one pass over the ranks. */
export function thresholdCounts({ order, positive, lastOfTie }: RankedColumn, scores: ArrayLike<number>, weights?: ArrayLike<number>): ThresholdCounts {
  const length = 1 + lastOfTie.reduce((sum, last) => sum + last, 0);
  const [thresholds, truePositives, falsePositives] = [new Float64Array(length), new Float64Array(length), new Float64Array(length)];
  thresholds[0] = Infinity;
  let [point, truePositive, falsePositive] = [0, 0, 0];
  for (let rank = order.length - 1; rank >= 0; rank--) {
    const image = order[rank] as number;
    const weight = weights ? (weights[image] as number) : 1;
    if (positive[rank]) truePositive += weight;
    else falsePositive += weight;
    if (rank > 0 && !lastOfTie[rank - 1]) continue;
    point++;
    thresholds[point] = scores[image] as number;
    truePositives[point] = truePositive;
    falsePositives[point] = falsePositive;
  }
  return { thresholds, truePositives, falsePositives };
}
