import type { RankedColumn } from './rankColumn.ts';

/**
 * The placement of each known image: of a positive, the share of negatives that score below it; of a negative, the share of positives that score above it,
 * ties counting half. The mean over either class is the AUROC, and their spread its variance. One pass over the ranks: what Sun and Xu compute
 * from three sets of mid-ranks, since the mid-rank among all less the mid-rank among one's own class counts the other class.
 *
 * @returns One number an image, 0 where the label is not known; and the classes' sizes.
 * @see Sun and Xu 2014, Fast implementation of DeLong's algorithm for comparing the areas under correlated receiver operating characteristic curves
 */
export function placements({ order, positive, lastOfTie }: RankedColumn, length: number): { values: Float64Array; positives: number; negatives: number } {
  const positives = positive.reduce((sum, value) => sum + value, 0);
  const negatives = order.length - positives;
  const values = new Float64Array(length);
  let [start, positivesBelow, negativesBelow, tiedPositives] = [0, 0, 0, 0];
  for (let rank = 0; rank < order.length; rank++) {
    tiedPositives += positive[rank] as number;
    if (!lastOfTie[rank]) continue;
    const tiedNegatives = rank + 1 - start - tiedPositives;
    for (let tied = start; tied <= rank; tied++) {
      values[order[tied] as number] = positive[tied]
        ? (negativesBelow + tiedNegatives / 2) / negatives
        : (positives - positivesBelow - tiedPositives / 2) / positives;
    }
    positivesBelow += tiedPositives;
    negativesBelow += tiedNegatives;
    tiedPositives = 0;
    start = rank + 1;
  }
  return { values, positives, negatives };
}
