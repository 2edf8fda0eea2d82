import type { AnnotatedBox, DetectedBox, DetectionSizes } from './detectionBoxes.ts';
import { weightedBoxPrecisionRecallCurve } from './weightedBoxPrecisionRecallCurve.ts';

/** Precision and recall of one finding's boxes as the threshold on scores falls. */
export interface BoxPrecisionRecallCurve {
  readonly recall: Float64Array;
  readonly precision: Float64Array;
  readonly scores: Float64Array;
}

/**
 * The precision-recall curve behind an average precision, before interpolation.
 *
 * @param finding The finding.
 * @param options Sizes, and the overlap from which on a detection is a hit.
 * @returns One point a detection, the surest first; `undefined` where the finding has no objects.
 * @throws {RangeError} As {@link meanAveragePrecision}.
 */
export function boxPrecisionRecallCurve(detections: readonly DetectedBox[], objects: readonly AnnotatedBox[], finding: number, options: DetectionSizes & { readonly iouThreshold?: number }): BoxPrecisionRecallCurve | undefined {
  return weightedBoxPrecisionRecallCurve(detections, objects, finding, options)(new Float64Array(options.images).fill(1));
}
