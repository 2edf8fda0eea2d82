import type { WeightedStatistic } from './weightedStatistic.ts';

/**
 * A quantile of one number an image, as a function of how often each image counts: linear between neighbours, as NumPy's default of the list in which each
 * number stands that often. 0.5 is the median.
 *
 * @param values One number an image, finite.
 * @param probability Which quantile, from 0 to 1.
 * @returns The quantile; `undefined` where no image counts. Weights are whole numbers, as a bootstrap's are.
 * @throws {RangeError} If a value is not finite, or `probability` is not from 0 to 1.
 *
 * @example
 * ```ts
 * const { median } = patientBootstrap({ median: quantileStatistic(distances, 0.5) }, patients, { rng: createRng(1) });
 * ```
 * @see Hyndman and Fan 1996, Sample quantiles in statistical packages (type 7)
 */
export function quantileStatistic(values: ArrayLike<number>, probability: number): WeightedStatistic {
  if (!(probability >= 0 && probability <= 1)) throw new RangeError(`Cannot take a quantile as its probability must be from 0 to 1: current value is ${probability}`);
  const wrong = Array.prototype.findIndex.call(values, (value) => !Number.isFinite(value));
  if (wrong >= 0) throw new RangeError(`Cannot take a quantile as values must be finite: current value of image ${wrong} is ${values[wrong]}`);
  const order = Int32Array.from({ length: values.length }, (_, image) => image).sort((a, b) => (values[a] as number) - (values[b] as number));
  return (weights) => {
    if (weights.length !== order.length) throw new TypeError(`Cannot take a quantile as there must be one weight for each of ${order.length} images: current length is ${weights.length}`);
    let total = 0;
    for (let image = 0; image < order.length; image++) total += weights[image] as number;
    if (!(total > 0)) return undefined;
    const position = probability * (total - 1);
    const below = Math.floor(position);
    let [counted, low] = [0, NaN];
    for (const image of order) {
      counted += weights[image] as number;
      if (Number.isNaN(low) && counted > below) low = values[image] as number;
      if (counted > Math.min(below + 1, total - 1)) return low + (position - below) * ((values[image] as number) - low);
    }
    return low; // not reached: the last image that counts is at total
  };
}
