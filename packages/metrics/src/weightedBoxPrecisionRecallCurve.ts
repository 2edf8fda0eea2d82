import type { BoxPrecisionRecallCurve } from './boxPrecisionRecallCurve.ts';
import { drawWeights } from './drawWeights.ts';
import type { AnnotatedBox, DetectedBox, DetectionSizes } from './detectionBoxes.ts';
import { precisionAndRecall } from './interpolatedPrecision.ts';
import { matchAllBoxes } from './matchAllBoxes.ts';

/**
 * The precision-recall curve of one finding's boxes as a function of image weights, for {@link bootstrapBand}: boxes are matched once.
 *
 * @param detections What was found.
 * @param objects What is there.
 * @param finding The finding.
 * @param options Sizes, and the overlap from which on a detection is a hit.
 * @returns The curve of a draw; `undefined` where no image that counts has an object of the finding. All ones give {@link boxPrecisionRecallCurve}.
 * @throws {RangeError} As {@link meanAveragePrecision}.
 *
 * @example
 * ```ts
 * const curveOf = weightedBoxPrecisionRecallCurve(detections, objects, 0, { images, findings });
 * const curve = curveOf(new Float64Array(images).fill(1));
 * ```
 */
export function weightedBoxPrecisionRecallCurve(detections: readonly DetectedBox[], objects: readonly AnnotatedBox[], finding: number, { iouThreshold = 0.5, ...sizes }: DetectionSizes & { readonly iouThreshold?: number }): (draw: ArrayLike<number>) => BoxPrecisionRecallCurve | undefined {
  const outcomes = matchAllBoxes('draw a precision-recall curve', detections, objects, { ...sizes, iouThresholds: [iouThreshold] })[finding];
  const ranked = outcomes?.ranked[0];
  const weightsOf = drawWeights('draw a precision-recall curve', sizes.images);
  return (draw) => {
    const weights = weightsOf(draw);
    const total = outcomes?.objects.reduce((sum, count, image) => sum + count * (weights[image] as number), 0) ?? 0;
    return ranked && total > 0 ? { ...precisionAndRecall(ranked, { weights, total }), scores: ranked.scores } : undefined;
  };
}
