import { matMul, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { choleskyInverse } from './choleskyInverse.ts';
import { featureDistances } from './featureDistances.ts';
import type { FeatureDistribution } from './featureDistribution.ts';
import { assertFeatures, type Features } from './features.ts';
import { fitStandardisation } from './fitStandardisation.ts';

const ACTION = 'fit a distribution of features';
const BLOCK_VALUES = 2 ** 22; // features at once on the backend, 16 MiB
const QUANTILES = 1000;

/**
 * Learns what features of ordinary images look like, to tell others from them: a Gaussian on standardised features, its covariance
 * S = (1 - r) C + r trace(C) / D I with the shrinkage r of Ledoit and Wolf, which is well conditioned with fewer images than dimensions too.
 *
 * The distances that new images are compared with are those of the fitted images, each as if it had not been among them (its part of mean and
 * covariance taken out in closed form, r kept): with few images their plain distances are far too small, and every new image would look strange.
 *
 * @param features Features of ordinary images, such as the training images; borrowed.
 * @returns The distribution.
 * @throws {RangeError} If there are fewer than three images, or a feature is not finite.
 *
 * @example
 * ```ts
 * const distribution = await fitFeatureDistribution(trainingFeatures);
 * const unusual = outOfDistribution(distribution, await featureDistances(distribution, features)); // 0.99: further out than 99 % of the training images
 * ```
 * @see Ledoit and Wolf 2004, A well-conditioned estimator for large-dimensional covariance matrices, section 3
 * @see Lee et al. 2018, A Simple Unified Framework for Detecting Out-of-Distribution Samples and Adversarial Attacks
 */
export async function fitFeatureDistribution(features: Features): Promise<FeatureDistribution> {
  assertFeatures(ACTION, features);
  const { count, dimension } = features;
  if (count < 3) throw new RangeError(`Cannot ${ACTION} as at least three images are needed: current count is ${count}`);
  const { mean, deviation } = fitStandardisation(features);
  const standardised = Float32Array.from(features.data, (value, index) => (value - (mean[index % dimension] as number)) / (deviation[index % dimension] as number));
  const covariance = (await scatter(standardised, count, dimension)).map((sum) => sum / count);
  const shrinkage = ledoitWolf(standardised, covariance, count, dimension);

  const average = trace(covariance, dimension) / dimension || 1; // 0 where all images are the same
  const shrunk = covariance.map((value, index) => (1 - shrinkage) * value + (index % (dimension + 1) === 0 ? shrinkage * average : 0));
  // A constant dimension, or a shrinkage of 0, leaves directions without variance: float32's resolution is what is known of them
  for (let d = 0; d < dimension; d++) shrunk[d * (dimension + 1)] = (shrunk[d * (dimension + 1)] as number) + 2 ** -20 * average;
  const inverse = choleskyInverse(shrunk, dimension);
  const whitening = Float32Array.from(inverse, (value, index) => value / (deviation[index % dimension] as number)); // of features as they come

  const fitted = { dimension, mean: Float32Array.from(mean), whitening, shrinkage, quantiles: new Float32Array() };
  const ascending = (await featureDistances(fitted, features)).map((distance) => leaveOneOut(distance, count, shrinkage)).sort();
  const quantiles = Float32Array.from({ length: QUANTILES + 1 }, (_, step) => between(ascending, (step / QUANTILES) * (count - 1)));
  return { ...fitted, quantiles };
}

/** x'x by blocks on the backend; sums over blocks in double precision. */
async function scatter(data: Float32Array, count: number, dimension: number): Promise<Float64Array> {
  const total = new Float64Array(dimension * dimension);
  const rows = Math.max(1, Math.floor(BLOCK_VALUES / dimension));
  for (let start = 0; start < count; start += rows) {
    const block = data.slice(start * dimension, (start + rows) * dimension);
    const product = tidy(() => {
      const x = tensor2d(block, [block.length / dimension, dimension]);
      return matMul(x, x, true, false); // [D, D]
    });
    try {
      const values = await product.data();
      for (let index = 0; index < total.length; index++) total[index] = (total[index] as number) + (values[index] as number);
    } finally {
      product.dispose();
    }
  }
  return total;
}

/** Shrinkage = min(b, d) / d with d = |C - m I|^2, m = trace(C) / D, and b = (mean of |x|^4 - |C|^2) / N. */
function ledoitWolf(data: Float32Array, covariance: Float64Array, count: number, dimension: number): number {
  const squares = covariance.reduce((sum, value) => sum + value * value, 0);
  const distance = squares - trace(covariance, dimension) ** 2 / dimension;
  let fourth = 0;
  for (let start = 0; start < data.length; start += dimension) {
    let length = 0;
    for (let d = start; d < start + dimension; d++) length += (data[d] as number) ** 2;
    fourth += length ** 2 / count;
  }
  const noise = (fourth - squares) / count;
  return distance > 0 ? Math.max(0, Math.min(noise, distance)) / distance : 1;
}

/** With q = d'S^-1 d and the image's own part c d d' of S taken out: q / (1 - c q) by Sherman and Morrison, from a mean that it did not move. */
function leaveOneOut(distance: number, count: number, shrinkage: number): number {
  const own = ((1 - shrinkage) / (count - 1)) * distance ** 2;
  return (count / (count - 1)) * (distance / Math.sqrt(Math.max(1 - own, 2 ** -20)));
}

function trace(matrix: Float64Array, dimension: number): number {
  let sum = 0;
  for (let d = 0; d < dimension; d++) sum += matrix[d * (dimension + 1)] as number;
  return sum;
}

/** An entry of ascending numbers at a position between integers. */
function between(ascending: Float32Array, position: number): number {
  const below = Math.floor(position);
  const low = ascending[below] as number;
  return low + (position - below) * ((ascending[Math.min(below + 1, ascending.length - 1)] as number) - low);
}
