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
  const { length, order, positive, lastOfTie, weights } = rankColumn('compute AUPRC', scores, labels, options);
  return (draw) => {
    if (draw.length !== length) throw new TypeError(`Cannot compute AUPRC as a draw must have one weight for each of ${length} images: current length is ${draw.length}`);
    let truePositives = 0;
    let predictedPositives = 0;
    let tiedPositives = 0;
    let sum = 0;
    for (let rank = order.length - 1; rank >= 0; rank--) {
      // Going down, a run of ties starts where lastOfTie is set, and ends before the next such rank
      const weight = (weights[rank] as number) * (draw[order[rank] as number] as number);
      predictedPositives += weight;
      if (positive[rank]) tiedPositives += weight;
      if (rank === 0 || lastOfTie[rank - 1]) {
        truePositives += tiedPositives;
        if (predictedPositives > 0) sum += tiedPositives * (truePositives / predictedPositives);
        tiedPositives = 0;
      }
    }
    return truePositives > 0 && predictedPositives > truePositives ? sum / truePositives : undefined;
  };
}
