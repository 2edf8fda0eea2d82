import { knownProbabilities } from './knownProbabilities.ts';
import type { ColumnOptions } from './rankColumn.ts';

/** How probabilities are put into bins. */
export interface BinOptions extends ColumnOptions {
  /** The number of bins. @default {15} */
  readonly bins?: number;
  /**
   * `'equalWidth'`: bin k of K holds k/K <= p < (k+1)/K, the last p = 1 too. `'equalMass'`: bins of about equal weight, equal probabilities never apart:
   * for rare findings, whose probabilities crowd near 0.
   * @default {'equalWidth'}
   */
  readonly binning?: 'equalWidth' | 'equalMass';
}

/** One bin that holds at least one image. */
export interface ReliabilityBin {
  /** The lowest and the highest probability in it. */
  readonly low: number;
  readonly high: number;
  /** The number of images, or the sum of their weights. */
  readonly weight: number;
  /** What was predicted: the mean probability. */
  readonly meanProbability: number;
  /** What came: the share of positives. */
  readonly positiveShare: number;
}

/**
 * The reliability table: predicted probability against the share of positives, bin by bin; plotted, the reliability diagram.
 *
 * @param probabilities One an image, from 0 to 1.
 * @param labels 1 for positive, 0 for negative.
 * @param options Number and kind of bins, weights and the mask of known labels.
 * @returns The bins that hold weight, in ascending order.
 * @throws {TypeError} If lengths differ.
 * @throws {RangeError} If `bins` is not a positive integer, a probability is not from 0 to 1, a known label is not 0 or 1, or a weight is negative or not finite.
 *
 * @example
 * ```ts
 * reliabilityTable([0.1, 0.2, 0.8], [0, 1, 1], { bins: 2 });
 * // [{ low: 0.1, high: 0.2, weight: 2, meanProbability: 0.15, positiveShare: 0.5 }, { low: 0.8, high: 0.8, weight: 1, meanProbability: 0.8, positiveShare: 1 }]
 * ```
 * @see Murphy and Winkler 1977, Reliability of subjective probability forecasts of precipitation and temperature
 */
export function reliabilityTable(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  { bins = 15, binning = 'equalWidth', ...options }: BinOptions = {},
): ReliabilityBin[] {
  if (!(Number.isSafeInteger(bins) && bins > 0)) throw new RangeError(`Cannot bin probabilities as bins must be a positive integer: current value is ${bins}`);
  const { weights } = options;
  const probability = (image: number): number => probabilities[image] as number;
  const weight = (image: number): number => (weights ? (weights[image] as number) : 1);
  const images = knownProbabilities('bin probabilities', probabilities, labels, options).filter((image) => weight(image) > 0);
  images.sort((a, b) => probability(a) - probability(b));
  const total = images.reduce((sum, image) => sum + weight(image), 0);

  const table: ReliabilityBin[] = [];
  let [bin, passed] = [-1, 0];
  let sums = { low: 0, high: 0, weight: 0, predicted: 0, positive: 0 };
  const close = (): void => {
    if (sums.weight > 0) table.push({ low: sums.low, high: sums.high, weight: sums.weight, meanProbability: sums.predicted / sums.weight, positiveShare: sums.positive / sums.weight });
  };
  images.forEach((image, rank) => {
    const isTied = rank > 0 && probability(image) === probability(images[rank - 1] as number);
    const position = binning === 'equalWidth' ? probability(image) : passed / total;
    const next = isTied ? bin : Math.min(bins - 1, Math.floor(position * bins));
    if (next !== bin) {
      close();
      bin = next;
      sums = { low: probability(image), high: 0, weight: 0, predicted: 0, positive: 0 };
    }
    sums.high = probability(image);
    sums.weight += weight(image);
    sums.predicted += weight(image) * probability(image);
    sums.positive += weight(image) * (labels[image] as number);
    passed += weight(image);
  });
  close();
  return table;
}
