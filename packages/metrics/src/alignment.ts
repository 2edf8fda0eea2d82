import { rowProduct, type FeatureRows } from './featureRows.ts';
import { unitRows } from './unitRows.ts';

/**
 * Alignment: the mean of |f(x) - f(y)|^power over positive pairs, features divided by their length. 0 where both views of every image
 * have one feature; it says nothing alone, as a collapsed encoder has it: look at {@link uniformity} beside it.
 *
 * @param first Features of one view of each image.
 * @param second Features of the other view, in the same order.
 * @param options The power. @default {power = 2}
 * @returns From 0 (best) to 2^power.
 * @throws {TypeError} If the sizes differ.
 * @throws {RangeError} If there is no image, a value is not finite, or a feature has length 0.
 *
 * @example
 * ```ts
 * alignment({ data: [1, 0], count: 1, dimension: 2 }, { data: [0, 3], count: 1, dimension: 2 }); // 2
 * ```
 * @see Wang and Isola 2020, Understanding contrastive representation learning through alignment and uniformity on the hypersphere
 */
export function alignment(first: FeatureRows, second: FeatureRows, { power = 2 }: { readonly power?: number } = {}): number {
  const { count, dimension } = first;
  if (second.count !== count || second.dimension !== dimension) {
    throw new TypeError(`Cannot compute alignment as both views must have ${count} x ${dimension} features: current size of the second is ${second.count} x ${second.dimension}`);
  }
  const [a, b] = [unitRows('compute alignment', first, 1), unitRows('compute alignment', second, 1)];
  let sum = 0;
  for (let image = 0; image < count; image++) sum += Math.max(0, 2 - 2 * rowProduct(a, image, b, image, dimension)) ** (power / 2); // |a - b|^2 of unit vectors
  return sum / count;
}
