import { boxOverlap } from './boxOverlap.ts';
import { checkBoxes, groupBoxes, type AnnotatedBox, type DetectedBox } from './detectionBoxes.ts';

/** The score of the RSNA Pneumonia Detection Challenge. */
export interface RsnaScore {
  /** The mean over the images that count; `undefined` where none does. */
  readonly mean: number | undefined;
  /** Of each image; `undefined` for one that has neither objects nor detections, which does not count. */
  readonly byImage: readonly (number | undefined)[];
}

/** 0.4, 0.45, ..., 0.75. */
const THRESHOLDS = Array.from({ length: 8 }, (_, i) => (40 + 5 * i) / 100);

/**
 * The score of the RSNA Pneumonia Detection Challenge: for each image the mean over the IoU thresholds 0.4, 0.45, ..., 0.75 of
 *
 *     hits / (hits + false alarms + misses)
 *
 * and the mean of these over images. Detections are matched in order of their score, each with the free object that it overlaps most. There is no threshold on scores: which
 * detections are given is the detector's decision. An image without objects but with a detection has the score 0; one with neither is left out.
 *
 * @param detections What was found, of whichever finding.
 * @param objects What is there.
 * @param images How many images there are.
 * @returns The score.
 * @throws {RangeError} If a box, an image or a score is none.
 *
 * @example
 * ```ts
 * const { mean } = rsnaScore(detections.filter(({ score }) => score > 0.3), objects, images);
 * ```
 *
 * @see RSNA Pneumonia Detection Challenge (Kaggle 2018), evaluation
 */
export function rsnaScore(detections: readonly DetectedBox[], objects: readonly AnnotatedBox[], images: number): RsnaScore {
  const sizes = { images, findings: 1 };
  const ofOne = <Value extends { readonly finding: number }>(boxes: readonly Value[]): Value[] => boxes.map((box) => ({ ...box, finding: 0 }));
  const [all, there] = [ofOne(detections), ofOne(objects)];
  checkBoxes('compute the RSNA score', all, there, sizes);
  const [found, annotated] = [groupBoxes(all, sizes), groupBoxes(there, sizes)];
  const byImage = Array.from({ length: images }, (_, image) => {
    const [own, wanted] = [found.get(image) ?? [], annotated.get(image) ?? []];
    if (own.length === 0 && wanted.length === 0) return undefined;
    const sorted = [...own].sort((a, b) => b.score - a.score);
    const overlaps = sorted.map(({ box }) => wanted.map((object) => boxOverlap(box, object.box)));
    const shares = THRESHOLDS.map((threshold) => {
      const hits = countHits(overlaps, wanted.length, threshold);
      return hits / (own.length + wanted.length - hits);
    });
    return shares.reduce((sum, share) => sum + share, 0) / shares.length;
  });
  const counted = byImage.filter((value) => value !== undefined);
  return { mean: counted.length > 0 ? counted.reduce((sum, value) => sum + value, 0) / counted.length : undefined, byImage };
}

function countHits(overlaps: readonly (readonly number[])[], objects: number, threshold: number): number {
  const free = new Set(Array.from({ length: objects }, (_, object) => object));
  for (const own of overlaps) {
    const best = [...free].filter((object) => (own[object] as number) >= threshold).sort((a, b) => (own[b] as number) - (own[a] as number))[0];
    if (best !== undefined) free.delete(best);
  }
  return objects - free.size;
}
