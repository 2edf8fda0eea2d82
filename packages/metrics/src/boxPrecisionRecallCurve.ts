import type { AnnotatedBox, DetectedBox, DetectionSizes } from './detectionBoxes.ts';
import { precisionAndRecall } from './interpolatedPrecision.ts';
import { matchAllBoxes } from './matchAllBoxes.ts';

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
export function boxPrecisionRecallCurve(detections: readonly DetectedBox[], objects: readonly AnnotatedBox[], finding: number, { iouThreshold = 0.5, ...sizes }: DetectionSizes & { readonly iouThreshold?: number }): BoxPrecisionRecallCurve | undefined {
  const outcomes = matchAllBoxes('draw a precision-recall curve', detections, objects, { ...sizes, iouThresholds: [iouThreshold] })[finding];
  const total = outcomes?.objects.reduce((sum, count) => sum + count, 0) ?? 0;
  const ranked = outcomes?.ranked[0];
  if (!ranked || total === 0) return undefined;
  return { ...precisionAndRecall(ranked, { weights: new Float64Array(sizes.images).fill(1), total }), scores: ranked.scores };
}
