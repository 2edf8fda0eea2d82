import type { Rng } from '@cxr-ifa/tensor';
import { bootstrapDraws } from './bootstrapDraws.ts';
import { quantile } from './quantile.ts';

/** How far a curve's values may be off, point by point. */
export interface BootstrapBand {
  /** The curve of the images themselves; NaN where a point has no value. */
  readonly values: Float64Array;
  /** The band's edges; NaN where no draw had a value. */
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/**
 * A pointwise percentile band around a curve, such as sensitivity at given specificities, by a bootstrap over patients. Each point's interval holds
 * by itself: the whole curve lies in the band less often.
 *
 * @param curve From image weights to the curve's values at fixed places, always as many; NaN or `undefined` where a draw leaves them without meaning.
 * @param patients The patient of each image; an image with `undefined` is a patient of its own.
 * @param options The generator, the number of draws, and the share of intervals that should hold the true value.
 * @returns The curve and its band, or `undefined` where the images have no curve.
 * @throws {RangeError} If there are fewer than two patients, `samples` is not a positive integer, or `confidence` is not between 0 and 1.
 * @throws {TypeError} If the curve's length changes.
 *
 * @example
 * ```ts
 * const band = bootstrapBand((weights) => sensitivities(rocCurve(scores, labels, { weights })), patients, { rng: createRng(1) });
 * ```
 * @see Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapter 13
 */
export function bootstrapBand(
  curve: (weights: ArrayLike<number>) => ArrayLike<number> | undefined,
  patients: ArrayLike<string | number | undefined>,
  { rng, samples = 1000, confidence = 0.95 }: { readonly rng: Rng; readonly samples?: number; readonly confidence?: number },
): BootstrapBand | undefined {
  if (!(confidence > 0 && confidence < 1)) throw new RangeError(`Cannot draw a band as confidence must be between 0 and 1: current value is ${confidence}`);
  const curves: (ArrayLike<number> | undefined)[] = [];
  const collect = (weights: ArrayLike<number>): undefined => {
    const drawn = curve(weights);
    curves.push(drawn && Float64Array.from(drawn));
  };
  bootstrapDraws({ curve: collect }, patients, { rng, samples }); // the images themselves come last
  const own = curves.pop();
  if (!own) return undefined;
  const [values, low, high] = [Float64Array.from(own), new Float64Array(own.length), new Float64Array(own.length)];
  const drawn = curves.filter((one) => one !== undefined);
  const odd = drawn.find((one) => one.length !== own.length);
  if (odd) throw new TypeError(`Cannot draw a band as a curve must have ${own.length} values in every draw: current number is ${odd.length}`);
  for (let point = 0; point < own.length; point++) {
    const ascending = Float64Array.from(drawn, (one) => one[point] as number).filter((value) => !Number.isNaN(value)).sort();
    low[point] = ascending.length > 0 ? quantile(ascending, (1 - confidence) / 2) : NaN;
    high[point] = ascending.length > 0 ? quantile(ascending, (1 + confidence) / 2) : NaN;
  }
  return { values, low, high };
}
