import { reliabilityTable, type BinOptions } from './reliabilityTable.ts';

/** How far predicted probabilities are from what comes. */
export interface CalibrationError {
  /** ECE: the mean over images of their bin's |share of positives - mean probability|. */
  readonly expected: number;
  /** MCE: the largest of these; a bin of one image can make it. */
  readonly maximum: number;
}

/**
 * Expected and maximum calibration error of one finding. Both depend on the bins and are biased upwards in small data: compare equal bins only, and state them.
 * It is the probability of the finding that is judged, over all images, and not the confidence in the likelier class.
 *
 * @param probabilities One an image, from 0 to 1.
 * @param labels 1 for positive, 0 for negative.
 * @param options Number and kind of bins, weights and the mask of known labels.
 * @returns Both errors, from 0 to 1, or `undefined` where no label is known.
 * @throws {TypeError} If lengths differ.
 * @throws {RangeError} If `bins` is not a positive integer, a probability is not from 0 to 1, a known label is not 0 or 1, or a weight is negative or not finite.
 *
 * @example
 * ```ts
 * const { expected } = calibrationError(probabilities, labels, { bins: 10, binning: 'equalMass' })!;
 * ```
 * @see Naeini, Cooper and Hauskrecht 2015, Obtaining well calibrated probabilities using Bayesian binning
 */
export function calibrationError(probabilities: ArrayLike<number>, labels: ArrayLike<number>, options: BinOptions = {}): CalibrationError | undefined {
  const table = reliabilityTable(probabilities, labels, options);
  if (table.length === 0) return undefined;
  const gaps = table.map(({ meanProbability, positiveShare }) => Math.abs(positiveShare - meanProbability));
  const total = table.reduce((sum, { weight }) => sum + weight, 0);
  return { expected: table.reduce((sum, { weight }, bin) => sum + (weight / total) * (gaps[bin] as number), 0), maximum: Math.max(...gaps) };
}
