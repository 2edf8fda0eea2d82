import type { AnnotatedBox, DetectedBox } from './detectionBoxes.ts';
import { precisionAndRecall, precisionAt101 } from './interpolatedPrecision.ts';
import { COCO_THRESHOLDS, matchAllBoxes, type BoxScoreOptions } from './matchAllBoxes.ts';

/** Average precision, as COCO reports it. */
export interface MeanAveragePrecision {
  /** The mean over thresholds and over the findings that have objects; `undefined` without any object. */
  readonly mean: number | undefined;
  /** The same at each threshold. */
  readonly byThreshold: readonly (number | undefined)[];
  /** The mean over thresholds of each finding; `undefined` for one without objects. */
  readonly byFinding: readonly (number | undefined)[];
  /** The share of objects that are found at all, mean over thresholds and findings: COCO's average recall. */
  readonly recall: number | undefined;
}

/**
 * Mean average precision in the way of COCO: at any thresholds, with any number of detections an image, by finding. One threshold is as good as ten.
 *
 * @param detections What was found; images without any are ordinary.
 * @param objects What is there; images without any are ordinary, and make every detection in them a false alarm.
 * @param options How many images and findings; thresholds; the most detections of an image and finding; the sizes that count.
 * @returns The scores; `undefined` for what has no objects, where pycocotools writes -1.
 * @throws {RangeError} If a box, an image, a finding, a threshold or a score is none.
 *
 * @example
 * ```ts
 * const { mean, byFinding } = meanAveragePrecision(detections, objects, { images: 200, findings: 5, iouThresholds: [0.5] });
 * ```
 *
 * @see Lin et al. 2014, Microsoft COCO; pycocotools `COCOeval`, whose numbers these are
 */
export function meanAveragePrecision(detections: readonly DetectedBox[], objects: readonly AnnotatedBox[], options: BoxScoreOptions): MeanAveragePrecision {
  const thresholds = options.iouThresholds ?? COCO_THRESHOLDS;
  const weights = new Float64Array(options.images).fill(1);
  const columns = matchAllBoxes('compute mean average precision', detections, objects, options).map(({ ranked, objects: counts }) => {
    const total = counts.reduce((sum, count) => sum + count, 0);
    return total === 0 ? undefined : ranked.map((own) => ({ precision: precisionAt101(own, { weights, total }), recall: precisionAndRecall(own, { weights, total }).recall.at(-1) ?? 0 }));
  });
  const known = columns.filter((column) => column !== undefined);
  return {
    mean: average(known.flat().map(({ precision }) => precision)),
    byThreshold: thresholds.map((_, i) => average(known.map((column) => (column[i] as { precision: number }).precision))),
    byFinding: columns.map((column) => column && average(column.map(({ precision }) => precision))),
    recall: average(known.flat().map(({ recall }) => recall)),
  };
}

function average(values: readonly number[]): number | undefined {
  return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : undefined;
}
