import type { AnnotatedBox, DetectedBox } from './detectionBoxes.ts';
import { drawWeights } from './drawWeights.ts';
import type { FrocCurve } from './frocCurve.ts';
import { rankFroc, type FrocOptions } from './rankFroc.ts';
import type { WeightedStatistic } from './weightedStatistic.ts';

/** LUNA16's: an eighth to eight false alarms an image. */
export const FROC_RATES: readonly number[] = [1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8];

/**
 * The mean sensitivity at some rates of false alarms an image, as a function of image weights, for {@link patientBootstrap}. All ones give the FROC score itself.
 *
 * @param detections What was found.
 * @param objects What is there.
 * @param options As {@link frocCurve}, and the rates.
 * @returns The statistic: read from the curve, linear between its points; beyond its last point that point's sensitivity. `undefined` where no image that counts has an object.
 * @throws {RangeError} As {@link frocCurve}.
 *
 * @example
 * ```ts
 * const { froc } = patientBootstrap({ froc: frocStatistic(detections, objects, { images, findings }) }, patients, { rng: createRng(1) });
 * ```
 *
 * @see Setio et al. 2017, Validation, comparison, and combination of algorithms for automatic detection of pulmonary nodules (LUNA16), section 3
 */
export function frocStatistic(detections: readonly DetectedBox[], objects: readonly AnnotatedBox[], { rates = FROC_RATES, ...options }: FrocOptions & { readonly rates?: readonly number[] }): WeightedStatistic {
  if (rates.length === 0 || !rates.every((rate) => rate >= 0)) throw new RangeError(`Cannot count a FROC as rates of false alarms must be 0 or more: current values are [${rates.join(', ')}]`);
  const ranked = rankFroc(detections, objects, options);
  const weightsOf = drawWeights('count a FROC', options.images);
  return (draw) => {
    const curve = ranked.curve(weightsOf(draw));
    return curve && rates.reduce((sum, rate) => sum + sensitivityAt(curve, rate), 0) / rates.length;
  };
}

/** The sensitivity at a rate of false alarms; where the curve rises at that rate, its upper end. */
export function sensitivityAt({ falsePositives, sensitivity }: FrocCurve, rate: number): number {
  const last = falsePositives.length - 1;
  let above = 0;
  while (above <= last && (falsePositives[above] as number) <= rate) above++;
  if (above > last) return sensitivity[last] as number;
  const [x0, x1] = [falsePositives[above - 1] as number, falsePositives[above] as number];
  const [y0, y1] = [sensitivity[above - 1] as number, sensitivity[above] as number];
  return y0 + ((rate - x0) / (x1 - x0)) * (y1 - y0);
}
