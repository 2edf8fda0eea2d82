import { boxOverlap } from './boxOverlap.ts';
import type { AnnotatedBox, DetectedBox } from './detectionBoxes.ts';

/** What became of one image's detections of one finding at one threshold. */
export interface MatchedBoxes {
  readonly scores: readonly number[];
  /** 1 for a hit, 0 for a false alarm, -1 for what does not count. */
  readonly outcomes: Int8Array;
}

/** How detections are matched. */
export interface MatchOptions {
  readonly maximum: number;
  readonly areas: readonly [least: number, most: number];
}

/**
 * COCO's matching: the surest detection first, each takes the free object that it overlaps most, at least by the threshold. Crowds and objects of other sizes
 * come last and take what they overlap out of the count.
 *
 * @returns One result a threshold, and how many objects there were to find.
 */
export function matchCoco(detections: readonly DetectedBox[], objects: readonly AnnotatedBox[], thresholds: readonly number[], { maximum, areas: [least, most] }: MatchOptions): { matched: MatchedBoxes[]; count: number } {
  const areaOf = ({ area, box }: AnnotatedBox): number => area ?? box[2] * box[3];
  const isIgnored = (object: AnnotatedBox): boolean => Boolean(object.crowd) || areaOf(object) < least || areaOf(object) > most;
  const sorted = [...detections].sort((a, b) => b.score - a.score).slice(0, maximum);
  const ordered = [...objects.filter((object) => !isIgnored(object)), ...objects.filter(isIgnored)];
  const count = objects.filter((object) => !isIgnored(object)).length;
  const overlaps = sorted.map(({ box }) => ordered.map((object) => boxOverlap(box, object.box, object.crowd)));
  const scores = sorted.map(({ score }) => score);
  const matched = thresholds.map((threshold): MatchedBoxes => {
    const isTaken = new Uint8Array(ordered.length);
    const outcomes = Int8Array.from(sorted, ({ box }, detection) => {
      let best = -1;
      let overlap = Math.min(threshold, 1 - 1e-10);
      for (const [object, { crowd }] of ordered.entries()) {
        if (isTaken[object] && !crowd) continue;
        if (best >= 0 && best < count && object >= count) break; // an object that counts goes before one that does not
        const own = overlaps[detection]?.[object] as number;
        if (own < overlap) continue;
        overlap = own;
        best = object;
      }
      if (best < 0) return box[2] * box[3] < least || box[2] * box[3] > most ? -1 : 0;
      isTaken[best] = 1;
      return best < count ? 1 : -1;
    });
    return { scores, outcomes };
  });
  return { matched, count };
}
