import { rowProduct, type FeatureRows } from './featureRows.ts';
import { unitRows } from './unitRows.ts';

/**
 * Uniformity: the logarithm of the mean of exp(-t |f(x) - f(y)|^2) over all pairs of different images, features divided by their length.
 * The lower, the more evenly features cover the sphere; 0 where all are one. Time grows with the square of the images.
 *
 * @param features Features of different images.
 * @param options The scale t. @default {t = 2}
 * @returns From -4 t to 0.
 * @throws {RangeError} If there are fewer than two images, a value is not finite, or a feature has length 0.
 *
 * @example
 * ```ts
 * uniformity({ data: [1, 0, -1, 0], count: 2, dimension: 2 }); // -8
 * ```
 * @see Wang and Isola 2020, Understanding contrastive representation learning through alignment and uniformity on the hypersphere
 */
export function uniformity(features: FeatureRows, { t = 2 }: { readonly t?: number } = {}): number {
  const { count, dimension } = features;
  const rows = unitRows('compute uniformity', features, 2);
  let sum = 0;
  for (let i = 1; i < count; i++) {
    for (let j = 0; j < i; j++) sum += Math.exp(-t * Math.max(0, 2 - 2 * rowProduct(rows, i, rows, j, dimension)));
  }
  return Math.log(sum / ((count * (count - 1)) / 2));
}
