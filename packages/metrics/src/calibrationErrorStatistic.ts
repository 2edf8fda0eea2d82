import { drawWeights } from './drawWeights.ts';
import { knownProbabilities } from './knownProbabilities.ts';
import type { ColumnOptions } from './rankColumn.ts';
import type { WeightedStatistic } from './weightedStatistic.ts';

/**
 * The expected calibration error as a function of image weights, for the bootstrap; in bins of equal width, which do not depend on the draw.
 * A bootstrap draw has noise of its own, and the error is biased upwards by noise: draws lie above the value, and a percentile interval mostly does not hold it.
 *
 * @param probabilities One an image, from 0 to 1.
 * @param labels 1 for positive, 0 for negative.
 * @param options The number of bins, weights and the mask of known labels.
 * @returns The statistic; `undefined` where no image has weight.
 * @throws {TypeError} If lengths differ.
 * @throws {RangeError} If `bins` is not a positive integer, a probability is not from 0 to 1, a known label is not 0 or 1, or a weight is negative or not finite.
 *
 * @example
 * ```ts
 * const { error } = patientBootstrap({ error: calibrationErrorStatistic(probabilities, labels) }, patients, { rng });
 * ```
 */
export function calibrationErrorStatistic(probabilities: ArrayLike<number>, labels: ArrayLike<number>, { bins = 15, ...options }: ColumnOptions & { readonly bins?: number } = {}): WeightedStatistic {
  if (!(Number.isSafeInteger(bins) && bins > 0)) throw new RangeError(`Cannot bin probabilities as bins must be a positive integer: current value is ${bins}`);
  const images = knownProbabilities('compute the calibration error', probabilities, labels, options);
  const binOf = Int32Array.from(images, (image) => Math.min(bins - 1, Math.floor((probabilities[image] as number) * bins)));
  const excess = Float64Array.from(images, (image) => (labels[image] as number) - (probabilities[image] as number));
  const weigh = drawWeights('compute the calibration error', probabilities.length, options.weights);
  return (draw) => {
    const weights = weigh(draw);
    const gaps = new Float64Array(bins); // bin by bin the weight of the positives minus what was predicted
    let total = 0;
    for (let index = 0; index < images.length; index++) {
      const weight = weights[images[index] as number] as number;
      const bin = binOf[index] as number;
      gaps[bin] = (gaps[bin] as number) + weight * (excess[index] as number);
      total += weight;
    }
    return total > 0 ? gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / total : undefined;
  };
}
