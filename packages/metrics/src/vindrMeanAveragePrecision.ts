import { boxOverlap } from './boxOverlap.ts';
import { checkBoxes, groupBoxes, type AnnotatedBox, type DetectedBox, type DetectionSizes } from './detectionBoxes.ts';

/** How VinDr-CXR's challenge scores boxes. */
export interface VindrScoreOptions extends DetectionSizes {
  /** A detection is a hit where its overlap (IoU) is above it. @default {0.4} */
  readonly iouThreshold?: number;
}

/** The challenge's score. */
export interface VindrScore {
  /** The mean over the findings that have objects; `undefined` without any. */
  readonly mean: number | undefined;
  readonly byFinding: readonly (number | undefined)[];
}

/**
 * The score of the VinDr-CXR challenge (mAP at IoU > 0.4): PASCAL VOC 2010's average precision, the exact area under the precision-recall curve made monotone.
 * Unlike COCO's matching, a detection belongs to the object that it overlaps most, and is a false alarm if a surer one has that object already.
 *
 * The challenge counts "No finding" as a class: an image without findings has one such box `[0, 0, 1, 1]`, and so have the detections, with the probability that there is
 * nothing. Give such boxes to score as it does.
 *
 * @param detections What was found.
 * @param objects What is there; `crowd` and `area` are not looked at.
 * @param options How many images and findings, and the overlap.
 * @returns The score.
 * @throws {RangeError} If a box, an image, a finding, a score or the threshold is none.
 *
 * @example
 * ```ts
 * const { mean } = vindrMeanAveragePrecision(detections, objects, { images: 3000, findings: 15 });
 * ```
 *
 * @see VinBigData Chest X-ray Abnormalities Detection (Kaggle 2021), evaluation; Everingham and Winn 2010, The PASCAL VOC2010 Development Kit, section 3.4
 */
export function vindrMeanAveragePrecision(detections: readonly DetectedBox[], objects: readonly AnnotatedBox[], options: VindrScoreOptions): VindrScore {
  const { findings, iouThreshold = 0.4 } = options;
  checkBoxes('compute the VinDr-CXR score', detections, objects, options);
  if (!(iouThreshold >= 0 && iouThreshold < 1)) throw new RangeError(`Cannot compute the VinDr-CXR score as the IoU threshold must be from 0 up to, not including, 1: current value is ${iouThreshold}`);
  const there = groupBoxes(objects, options);
  const byFinding = Array.from({ length: findings }, (_, finding) => {
    const total = objects.filter((object) => object.finding === finding).length;
    if (total === 0) return undefined;
    const taken = new Set<AnnotatedBox>();
    const hits = detections
      .filter((detection) => detection.finding === finding)
      .sort((a, b) => b.score - a.score)
      .map(({ image, box }) => {
        const candidates = there.get(image * findings + finding) ?? [];
        const overlaps = candidates.map((object) => boxOverlap(box, object.box));
        const best = overlaps.indexOf(Math.max(...overlaps));
        const object = candidates[best];
        if (!object || !((overlaps[best] as number) > iouThreshold) || taken.has(object)) return 0;
        taken.add(object);
        return 1;
      });
    return areaUnderMonotone(hits, total);
  });
  const known = byFinding.filter((value) => value !== undefined);
  return { mean: known.length > 0 ? known.reduce((sum, value) => sum + value, 0) / known.length : undefined, byFinding };
}

/** The area under precision over recall, precision being the best at that recall or a higher one. */
function areaUnderMonotone(hits: readonly number[], total: number): number {
  let found = 0;
  const precision = hits.map((hit, i) => (found += hit) / (i + 1));
  for (let i = precision.length - 2; i >= 0; i--) precision[i] = Math.max(precision[i] as number, precision[i + 1] as number);
  return hits.reduce((area, hit, i) => area + (hit * (precision[i] as number)) / total, 0);
}
