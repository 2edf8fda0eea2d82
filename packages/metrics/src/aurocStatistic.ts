import { drawWeights } from './drawWeights.ts';
import { positiveSteps } from './positiveSteps.ts';
import { rankColumn, type ColumnOptions } from './rankColumn.ts';
import type { WeightedStatistic } from './weightedStatistic.ts';

/**
 * AUROC as a function of image weights, for the bootstrap: the scores are sorted here, once, and each call is one pass over the ranks.
 *
 * With w the product of an image's own weight and the draw's, AUROC = sum over positives i and negatives j of
 * w_i w_j ([s_i > s_j] + [s_i = s_j] / 2), divided by the same sum without the bracket: a run of equal scores takes its mid-rank.
 *
 * @param scores One score an image; higher means more likely positive. Infinities are allowed, NaN is not.
 * @param labels 1 for positive, 0 for negative.
 * @param options Weights and the mask of known labels.
 * @returns The statistic; `undefined` where positives or negatives have no weight.
 * @throws {TypeError} If lengths differ.
 * @throws {RangeError} If a known label is not 0 or 1, a score is NaN, or a weight is negative or not finite.
 *
 * @example
 * ```ts
 * const { effusion } = patientBootstrap({ effusion: aurocStatistic(scores, labels) }, patients, { rng });
 * ```
 */
export function aurocStatistic(scores: ArrayLike<number>, labels: ArrayLike<number>, options: ColumnOptions = {}): WeightedStatistic {
  const column = rankColumn('compute AUROC', scores, labels, options);
  const { order } = column;
  const { tiedStart, positiveStart, end } = positiveSteps(column);
  const weigh = drawWeights('compute AUROC', scores.length, options.weights);
  return (draw) => {
    const weights = weigh(draw);
    let negativesBelow = 0;
    let positives = 0;
    let area = 0;
    let rank = 0;
    for (let step = 0; step < end.length; step++) {
      const tiedRank = tiedStart[step] as number;
      const positiveRank = positiveStart[step] as number;
      const endRank = end[step] as number;
      let tiedNegatives = 0;
      let tiedPositives = 0;
      for (; rank < tiedRank; rank++) negativesBelow += weights[order[rank] as number] as number;
      for (; rank < positiveRank; rank++) tiedNegatives += weights[order[rank] as number] as number;
      for (; rank < endRank; rank++) tiedPositives += weights[order[rank] as number] as number;
      area += tiedPositives * (negativesBelow + tiedNegatives / 2);
      positives += tiedPositives;
      negativesBelow += tiedNegatives;
    }
    for (; rank < order.length; rank++) negativesBelow += weights[order[rank] as number] as number;
    const pairs = positives * negativesBelow;
    return pairs > 0 ? Math.min(1, area / pairs) : undefined; // rounding can leave the ratio a last bit above 1
  };
}
