import { checkBoxes, groupBoxes, type AnnotatedBox, type DetectedBox, type DetectionSizes } from './detectionBoxes.ts';
import { matchCoco } from './matchCoco.ts';

/** One threshold's detections of one finding over all images, the surest first. */
export interface RankedOutcomes {
  readonly scores: Float64Array;
  /** 1 for a hit, 0 for a false alarm; those that do not count are left out. */
  readonly hits: Uint8Array;
  /** The image of each. */
  readonly images: Int32Array;
}

/** The outcomes of one finding. */
export interface FindingOutcomes {
  /** One a threshold. */
  readonly ranked: readonly RankedOutcomes[];
  /** How many objects each image has to find, [images]. */
  readonly objects: Float64Array;
}

/** How boxes are scored in the way of COCO. */
export interface BoxScoreOptions extends DetectionSizes {
  /** The overlaps (IoU) from which on a detection is a hit. @default {0.5, 0.55, ..., 0.95} */
  readonly iouThresholds?: readonly number[];
  /** The surest detections of each image and finding that are looked at. @default {100} */
  readonly maximum?: number;
  /** The least and the largest area of objects that count. @default {all} */
  readonly areas?: readonly [least: number, most: number];
}

/** COCO's, with its last digits: 0.5 + i 0.05. */
export const COCO_THRESHOLDS: readonly number[] = Array.from({ length: 10 }, (_, i) => (i === 9 ? 0.95 : 0.5 + i * ((0.95 - 0.5) / 9)));

/** Matches the boxes of all images, finding by finding. */
export function matchAllBoxes(action: string, detections: readonly DetectedBox[], objects: readonly AnnotatedBox[], options: BoxScoreOptions): FindingOutcomes[] {
  const { images, findings, iouThresholds = COCO_THRESHOLDS, maximum = 100, areas = [0, Infinity] } = options;
  checkBoxes(action, detections, objects, options);
  const wrong = iouThresholds.find((threshold) => !(threshold > 0 && threshold <= 1));
  if (wrong !== undefined || iouThresholds.length === 0) throw new RangeError(`Cannot ${action} as IoU thresholds must be above 0 and at most 1: current value is ${wrong ?? 'none'}`);
  if (!(maximum >= 1)) throw new RangeError(`Cannot ${action} as the maximum of detections must be at least 1: current value is ${maximum}`);
  const [found, there] = [groupBoxes(detections, options), groupBoxes(objects, options)];
  return Array.from({ length: findings }, (_, finding): FindingOutcomes => {
    const counts = new Float64Array(images);
    const rows: { score: number; hit: number; image: number }[][] = iouThresholds.map(() => []);
    for (let image = 0; image < images; image++) {
      const key = image * findings + finding;
      const [own, annotated] = [found.get(key), there.get(key)];
      if (!own && !annotated) continue;
      const { matched, count } = matchCoco(own ?? [], annotated ?? [], iouThresholds, { maximum, areas });
      counts[image] = count;
      for (const [threshold, { scores, outcomes }] of matched.entries()) {
        for (const [i, score] of scores.entries()) if (outcomes[i] !== -1) rows[threshold]?.push({ score, hit: outcomes[i] as number, image });
      }
    }
    const ranked = rows.map((row): RankedOutcomes => {
      row.sort((a, b) => b.score - a.score); // stable, as pycocotools' merge sort
      return { scores: Float64Array.from(row, ({ score }) => score), hits: Uint8Array.from(row, ({ hit }) => hit), images: Int32Array.from(row, ({ image }) => image) };
    });
    return { ranked, objects: counts };
  });
}
