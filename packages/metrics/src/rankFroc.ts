import { boxOverlap } from './boxOverlap.ts';
import { checkBoxes, groupBoxes, type AnnotatedBox, type DetectedBox, type DetectionSizes } from './detectionBoxes.ts';
import type { FrocCurve } from './frocCurve.ts';

/** How a FROC is counted. */
export interface FrocOptions extends DetectionSizes {
  /** A detection hits an object that it overlaps (IoU) by at least this, or with `'centre'` one that its centre lies in. @default {0.2} */
  readonly iouThreshold?: number | 'centre';
}

/** Hits and false alarms, sorted once, as a curve of image weights. */
export function rankFroc(detections: readonly DetectedBox[], objects: readonly AnnotatedBox[], { iouThreshold = 0.2, ...sizes }: FrocOptions): { curve(weights: ArrayLike<number>): FrocCurve | undefined } {
  checkBoxes('count a FROC', detections, objects, sizes);
  if (iouThreshold !== 'centre' && !(iouThreshold > 0 && iouThreshold <= 1)) throw new RangeError(`Cannot count a FROC as the IoU threshold must be above 0 and at most 1, or 'centre': current value is ${iouThreshold}`);
  const isHit = ({ box }: DetectedBox, object: AnnotatedBox): boolean => (iouThreshold === 'centre' ? holdsCentre(object.box, box) : boxOverlap(box, object.box) >= iouThreshold);
  const found = groupBoxes(detections, sizes);
  const events: { score: number; image: number; object: 0 | 1 }[] = [];
  const hitters = new Set<DetectedBox>();
  for (const object of objects) {
    const own = (found.get(object.image * sizes.findings + object.finding) ?? []).filter((detection) => isHit(detection, object));
    for (const detection of own) hitters.add(detection);
    if (own.length > 0) events.push({ score: Math.max(...own.map(({ score }) => score)), image: object.image, object: 1 });
  }
  for (const detection of detections) if (!hitters.has(detection)) events.push({ score: detection.score, image: detection.image, object: 0 });
  events.sort((a, b) => b.score - a.score);
  return {
    curve(weights) {
      const images = Array.from(weights).reduce((sum, weight) => sum + weight, 0);
      const total = objects.reduce((sum, { image }) => sum + (weights[image] as number), 0);
      if (!(images > 0 && total > 0)) return undefined;
      const points: [falsePositives: number, sensitivity: number, score: number][] = [[0, 0, Infinity]];
      let [alarms, hits] = [0, 0];
      for (const [i, { score, image, object }] of events.entries()) {
        if (object) hits += weights[image] as number;
        else alarms += weights[image] as number;
        if (events[i + 1]?.score !== score) points.push([alarms / images, hits / total, score]);
      }
      return { falsePositives: Float64Array.from(points, ([value]) => value), sensitivity: Float64Array.from(points, ([, value]) => value), scores: Float64Array.from(points, ([, , value]) => value) };
    },
  };
}

function holdsCentre([left, top, width, height]: readonly [number, number, number, number], [x, y, w, h]: readonly [number, number, number, number]): boolean {
  const [centreX, centreY] = [x + w / 2, y + h / 2];
  return centreX >= left && centreX <= left + width && centreY >= top && centreY <= top + height;
}
