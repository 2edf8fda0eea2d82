import { boxOverlap } from '@cxr-ifa/metrics';
import type { CocoAnnotations, CocoResults } from './cocoFile.ts';

/** One image of a gallery, with what is there and what was found in it. */
export interface DetectionExample {
  readonly image: CocoAnnotations['images'][number];
  readonly there: CocoAnnotations['annotations'];
  readonly found: CocoResults;
  /** Boxes that nothing found, and found boxes of nothing. */
  readonly missed: number;
  readonly falseAlarms: number;
}

/** The overlap (IoU) from which on a box is found, as in mAP at 0.5. */
const HIT = 0.5;

/**
 * The images that a detector did best on, of those with boxes, and worst on, of all; one a patient. Best: the fewest mistakes, then the most boxes, then the surest; worst: the most mistakes, then the surest false alarm.
 *
 * @param drawnFrom Detections with a lower score do not count.
 * @param count How many of each.
 */
export function chooseExamples({ images, annotations }: CocoAnnotations, results: CocoResults, { drawnFrom, count }: { readonly drawnFrom: number; readonly count: number }): { best: DetectionExample[]; worst: DetectionExample[] } {
  const [thereOf, foundOf] = [groupByImage(annotations.filter(({ iscrowd }) => iscrowd !== 1)), groupByImage(results.filter(({ score }) => score >= drawnFrom))];
  const examples = images.map((image) => compare(image, thereOf.get(image.id) ?? [], foundOf.get(image.id) ?? []));
  const mistakes = ({ missed, falseAlarms }: DetectionExample): number => missed + falseAlarms;
  const surest = ({ found }: DetectionExample): number => Math.max(0, ...found.map(({ score }) => score));
  const best = examples.filter(({ there }) => there.length > 0).sort((a, b) => mistakes(a) - mistakes(b) || b.there.length - a.there.length || surest(b) - surest(a));
  const worst = examples.filter((example) => mistakes(example) > 0).sort((a, b) => mistakes(b) - mistakes(a) || surest(b) - surest(a));
  const ranked = onePatientEach(best);
  const chosen = ranked.slice(0, Math.min(count, Math.ceil(ranked.length / 2))); // of few images the worse half is not among the best
  return { best: chosen, worst: onePatientEach(worst).filter(({ image }) => !chosen.some((example) => example.image === image)).slice(0, count) };
}

/** Each found box, the surest first, takes the box that it overlaps most of those that nobody took. */
function compare(image: DetectionExample['image'], there: CocoAnnotations['annotations'], found: CocoResults): DetectionExample {
  const left = new Set(there);
  let falseAlarms = 0;
  for (const detection of [...found].sort((a, b) => b.score - a.score)) {
    const [hit] = [...left].filter(({ category_id }) => category_id === detection.category_id).map((annotation) => ({ annotation, overlap: boxOverlap(annotation.bbox, detection.bbox) })).filter(({ overlap }) => overlap >= HIT).sort((a, b) => b.overlap - a.overlap);
    if (hit) left.delete(hit.annotation);
    else falseAlarms++;
  }
  return { image, there, found, missed: left.size, falseAlarms };
}

function groupByImage<Value extends { readonly image_id: number }>(values: readonly Value[]): Map<number, Value[]> {
  const groups = new Map<number, Value[]>();
  for (const value of values) groups.set(value.image_id, [...(groups.get(value.image_id) ?? []), value]);
  return groups;
}

function onePatientEach(examples: readonly DetectionExample[]): DetectionExample[] {
  const seen = new Set<string | number>();
  return examples.filter(({ image }) => {
    const patient = image.patient ?? image.id;
    return seen.has(patient) ? false : seen.add(patient);
  });
}
