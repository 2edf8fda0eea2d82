import { drawWeights } from './drawWeights.ts';
import { knownProbabilities } from './knownProbabilities.ts';
import type { ColumnOptions } from './rankColumn.ts';
import type { WeightedStatistic } from './weightedStatistic.ts';

/**
 * The Brier score as a function of image weights, for the bootstrap.
 *
 * @param probabilities One an image, from 0 to 1.
 * @param labels 1 for positive, 0 for negative.
 * @param options Weights and the mask of known labels.
 * @returns The statistic; `undefined` where no image has weight.
 * @throws {TypeError} If lengths differ.
 * @throws {RangeError} If a probability is not from 0 to 1, a known label is not 0 or 1, or a weight is negative or not finite.
 *
 * @example
 * ```ts
 * const { brier } = patientBootstrap({ brier: brierStatistic(probabilities, labels) }, patients, { rng });
 * ```
 */
export function brierStatistic(probabilities: ArrayLike<number>, labels: ArrayLike<number>, options: ColumnOptions = {}): WeightedStatistic {
  const images = knownProbabilities('compute the Brier score', probabilities, labels, options);
  const squares = Float64Array.from(images, (image) => ((probabilities[image] as number) - (labels[image] as number)) ** 2);
  const weigh = drawWeights('compute the Brier score', probabilities.length, options.weights);
  return (draw) => {
    const weights = weigh(draw);
    let [sum, total] = [0, 0];
    for (let index = 0; index < images.length; index++) {
      const weight = weights[images[index] as number] as number;
      sum += weight * (squares[index] as number);
      total += weight;
    }
    return total > 0 ? sum / total : undefined;
  };
}
