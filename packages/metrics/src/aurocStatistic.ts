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
  const { length, order, positive, lastOfTie, weights } = rankColumn('compute AUROC', scores, labels, options);
  return (draw) => {
    if (draw.length !== length) throw new TypeError(`Cannot compute AUROC as a draw must have one weight for each of ${length} images: current length is ${draw.length}`);
    let negativesBelow = 0;
    let positivesBelow = 0;
    let tiedNegatives = 0;
    let tiedPositives = 0;
    let area = 0;
    for (let rank = 0; rank < order.length; rank++) {
      const weight = (weights[rank] as number) * (draw[order[rank] as number] as number);
      if (positive[rank]) tiedPositives += weight;
      else tiedNegatives += weight;
      if (lastOfTie[rank]) {
        area += tiedPositives * (negativesBelow + tiedNegatives / 2);
        positivesBelow += tiedPositives;
        negativesBelow += tiedNegatives;
        tiedPositives = 0;
        tiedNegatives = 0;
      }
    }
    const pairs = positivesBelow * negativesBelow;
    return pairs > 0 ? Math.min(1, area / pairs) : undefined; // rounding can leave the ratio a last bit above 1
  };
}
