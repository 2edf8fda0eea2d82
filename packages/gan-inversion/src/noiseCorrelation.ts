import { add, avgPool, concat, mean, mul, scalar, slice, square, tidy, type Scalar, type Tensor1D, type Tensor4D } from '@tensorflow/tfjs-core';

const SMALLEST = 8;

/**
 * How much noise maps look like pictures: the squared correlation of neighbours along both axes, at every scale down to 8 pixels, summed over maps and scales and averaged over images.
 * White noise has none, so that latent optimisation cannot hide the image in the noise.
 *
 * @param maps Noise, [N, H, W, 1] each; borrowed.
 * @returns The sum, [].
 * @see Karras et al. 2020, Analyzing and Improving the Image Quality of StyleGAN, appendix D
 *
 * @example
 * ```ts
 * const loss = tf.add(reconstruction, tf.mul(noiseCorrelation(noise), 1e5));
 * ```
 */
export function noiseCorrelation(maps: readonly Tensor4D[]): Scalar {
  return tidy(() => {
    let total = scalar(0);
    for (const map of maps) {
      for (let level = map; ; level = avgPool(level, 2, 2, 'valid')) {
        for (const axis of [1, 2]) {
          const correlation: Tensor1D = mean(mul(level, roll(level, axis)), [1, 2, 3]); // [N]
          total = add(total, mean(square(correlation)));
        }
        if (level.shape[1] <= SMALLEST) break;
      }
    }
    return total;
  });
}

/** Everything one pixel further along an axis, the last one to the front. */
function roll(map: Tensor4D, axis: number): Tensor4D {
  const size = map.shape[axis] as number;
  const along = (value: number, others: number): [number, number, number, number] => (axis === 1 ? [others, value, others, others] : [others, others, value, others]);
  const at = (start: number, count: number): Tensor4D => slice(map, along(start, 0), along(count, -1));
  return concat([at(size - 1, 1), at(0, size - 1)], axis);
}
