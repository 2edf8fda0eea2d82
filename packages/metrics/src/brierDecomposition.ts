import { brierScore } from './brierScore.ts';
import { reliabilityTable, type BinOptions } from './reliabilityTable.ts';

/** The Brier score in parts: brier = reliability - resolution + uncertainty + withinBins. */
export interface BrierDecomposition {
  readonly brier: number;
  /** The mean over images of (mean probability - share of positives)^2 of their bin: 0 is best. */
  readonly reliability: number;
  /** The mean over images of (share of positives of their bin - overall share)^2: how well the bins tell images apart; more is better. */
  readonly resolution: number;
  /** q (1 - q) with q the overall share of positives: what the data ask. */
  readonly uncertainty: number;
  /** What bins hide: the variance of probabilities within bins less twice their covariance with the labels. 0 where each bin holds one probability. */
  readonly withinBins: number;
}

/**
 * Murphy's decomposition of the Brier score over the bins of a {@link reliabilityTable}. Murphy's three parts add up where each bin holds one probability;
 * elsewhere the rest is given as `withinBins`, so that the four always do.
 *
 * @param probabilities One an image, from 0 to 1.
 * @param labels 1 for positive, 0 for negative.
 * @param options Number and kind of bins, weights and the mask of known labels.
 * @returns The score and its parts, or `undefined` where no label is known.
 * @throws {TypeError} If lengths differ.
 * @throws {RangeError} If `bins` is not a positive integer, a probability is not from 0 to 1, a known label is not 0 or 1, or a weight is negative or not finite.
 *
 * @example
 * ```ts
 * const { reliability, resolution, uncertainty } = brierDecomposition(probabilities, labels, { bins: 10 })!;
 * ```
 * @see Murphy 1973, A new vector partition of the probability score
 * @see Stephenson, Coelho and Jolliffe 2008, Two extra components in the Brier score decomposition
 */
export function brierDecomposition(probabilities: ArrayLike<number>, labels: ArrayLike<number>, { bins = 15, binning = 'equalWidth', ...options }: BinOptions = {}): BrierDecomposition | undefined {
  const table = reliabilityTable(probabilities, labels, { bins, binning, ...options });
  const brier = brierScore(probabilities, labels, options);
  if (brier === undefined) return undefined;
  const total = table.reduce((sum, { weight }) => sum + weight, 0);
  const mean = (part: (bin: (typeof table)[number]) => number): number => table.reduce((sum, bin) => sum + (bin.weight / total) * part(bin), 0);
  const share = mean((bin) => bin.positiveShare);
  const reliability = mean((bin) => (bin.meanProbability - bin.positiveShare) ** 2);
  const resolution = mean((bin) => (bin.positiveShare - share) ** 2);
  const uncertainty = share * (1 - share);
  return { brier, reliability, resolution, uncertainty, withinBins: brier - (reliability - resolution + uncertainty) };
}
