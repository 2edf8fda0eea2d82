import type { Rng } from '@cxr-ifa/tensor';
import { readFeatures, rowProduct, type FeatureRows } from './featureRows.ts';
import { normalQuantile } from './normalQuantile.ts';

/** A kernel distance with its interval. */
export interface KernelDistance {
  /** The unbiased estimate from all pairs; below 0 by chance where the distributions are alike. */
  readonly value: number;
  readonly standardError: number;
  readonly low: number;
  readonly high: number;
}

/** Some images of a set of features. */
interface Sample {
  readonly rows: Float64Array;
  readonly images: Int32Array;
}

/**
 * Kernel inception distance: the unbiased squared maximum mean discrepancy between two sets of features, with the kernel (x y / dimension + 1)^3.
 * Any encoder's features will do, but only distances by one encoder compare; unlike FID it has no bias in small sets. Its standard error is that of
 * the mean over disjoint random blocks, each with its share of both sets: independent estimates, whose mean is a little less precise than the value.
 * Time grows with the square of the images.
 *
 * @param first Features of one set, such as radiographs.
 * @param second Features of the other, such as generated images, of the same dimension.
 * @param options `rng` deals images into `blocks`; the interval is symmetric with the normal quantile of `confidence`. @default {blocks = 20, confidence = 0.95}
 * @returns The estimate, its standard error and interval.
 * @throws {TypeError} If dimensions or lengths differ.
 * @throws {RangeError} If either set has fewer than two images a block, a value is not finite, or `blocks` is under 2.
 *
 * @example
 * ```ts
 * const { value, low, high } = kernelInceptionDistance(real, generated, { rng: createRng(1) });
 * ```
 * @see Binkowski et al. 2018, Demystifying MMD GANs
 */
export function kernelInceptionDistance(
  first: FeatureRows,
  second: FeatureRows,
  { rng, blocks = 20, confidence = 0.95 }: { readonly rng: Rng; readonly blocks?: number; readonly confidence?: number },
): KernelDistance {
  const action = 'compute the kernel distance';
  const { dimension } = first;
  if (!(Number.isSafeInteger(blocks) && blocks >= 2)) throw new RangeError(`Cannot ${action} as blocks must be an integer of at least 2: current value is ${blocks}`);
  if (!(confidence > 0 && confidence < 1)) throw new RangeError(`Cannot ${action} as confidence must be between 0 and 1: current value is ${confidence}`);
  if (second.dimension !== dimension) throw new TypeError(`Cannot ${action} as both sets must have ${dimension} dimensions: current dimension of the second is ${second.dimension}`);
  const samples = [first, second].map((features) => ({ rows: readFeatures(action, features, 2 * blocks), images: rng.permutation(features.count) })) as [Sample, Sample];

  const meanKernel = (a: Sample, b: Sample): number => {
    let sum = 0;
    for (const [i, image] of a.images.entries()) {
      for (const [j, other] of b.images.entries()) {
        if (a.rows !== b.rows || i !== j) sum += (rowProduct(a.rows, image, b.rows, other, dimension) / dimension + 1) ** 3;
      }
    }
    return sum / (a.images.length * (b.images.length - (a.rows === b.rows ? 1 : 0)));
  };
  const distance = (a: Sample, b: Sample): number => meanKernel(a, a) + meanKernel(b, b) - 2 * meanKernel(a, b);
  const block = ({ rows, images }: Sample, index: number): Sample => ({ rows, images: images.filter((_, position) => position % blocks === index) });

  const value = distance(...samples);
  const estimates = Float64Array.from({ length: blocks }, (_, index) => distance(block(samples[0], index), block(samples[1], index)));
  const mean = estimates.reduce((sum, estimate) => sum + estimate, 0) / blocks;
  const standardError = Math.sqrt(estimates.reduce((sum, estimate) => sum + (estimate - mean) ** 2, 0) / (blocks - 1) / blocks);
  const reach = normalQuantile((1 + confidence) / 2) * standardError;
  return { value, standardError, low: value - reach, high: value + reach };
}
