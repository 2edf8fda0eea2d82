import { drawWeights } from './drawWeights.ts';
import { positiveSteps } from './positiveSteps.ts';
import { rankColumn, type ColumnOptions } from './rankColumn.ts';
import type { WeightedStatistic } from './weightedStatistic.ts';

/**
 * Average precision as a function of image weights, for the bootstrap: sorted once, one pass over the ranks a call.
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
 * const { effusion } = patientBootstrap({ effusion: auprcStatistic(scores, labels) }, patients, { rng });
 * ```
 */
export function auprcStatistic(scores: ArrayLike<number>, labels: ArrayLike<number>, options: ColumnOptions = {}): WeightedStatistic {
  const column = rankColumn('compute AUPRC', scores, labels, options);
  const { order } = column;
  const { tiedStart, positiveStart, end } = positiveSteps(column);
  const weigh = drawWeights('compute AUPRC', scores.length, options.weights);
  return (draw) => {
    const weights = weigh(draw);
    let truePositives = 0;
    let falsePositives = 0;
    let sum = 0;
    let rank = order.length - 1;
    for (let step = end.length - 1; step >= 0; step--) {
      const tiedRank = tiedStart[step] as number;
      const positiveRank = positiveStart[step] as number;
      const endRank = end[step] as number;
      let tiedPositives = 0;
      for (; rank >= endRank; rank--) falsePositives += weights[order[rank] as number] as number;
      for (; rank >= positiveRank; rank--) tiedPositives += weights[order[rank] as number] as number;
      for (; rank >= tiedRank; rank--) falsePositives += weights[order[rank] as number] as number;
      truePositives += tiedPositives;
      if (tiedPositives > 0) sum += tiedPositives * (truePositives / (truePositives + falsePositives));
    }
    for (; rank >= 0; rank--) falsePositives += weights[order[rank] as number] as number;
    return truePositives > 0 && falsePositives > 0 ? sum / truePositives : undefined;
  };
}
