import { drawWeights } from './drawWeights.ts';
import type { AnnotatedBox, DetectedBox } from './detectionBoxes.ts';
import type { FrocCurve } from './frocCurve.ts';
import { rankFroc, type FrocOptions } from './rankFroc.ts';

/**
 * The free-response ROC curve as a function of image weights, for {@link bootstrapBand}: boxes are compared once.
 *
 * @param detections What was found.
 * @param objects What is there.
 * @param options As {@link frocCurve}.
 * @returns The curve of a draw; `undefined` where no image that counts has an object. All ones give {@link frocCurve}.
 * @throws {RangeError} As {@link frocCurve}.
 *
 * @example
 * ```ts
 * const curveOf = weightedFrocCurve(detections, objects, { images, findings });
 * const band = bootstrapBand((weights) => { const curve = curveOf(weights); return curve && FROC_RATES.map((rate) => sensitivityAt(curve, rate)); }, patients, { rng });
 * ```
 */
export function weightedFrocCurve(detections: readonly DetectedBox[], objects: readonly AnnotatedBox[], options: FrocOptions): (draw: ArrayLike<number>) => FrocCurve | undefined {
  const ranked = rankFroc(detections, objects, options);
  const weightsOf = drawWeights('count a FROC', options.images);
  return (draw) => ranked.curve(weightsOf(draw));
}
