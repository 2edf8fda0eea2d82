import { COCO_THRESHOLDS, frocCurve, frocStatistic, FROC_RATES, meanAveragePrecision, meanAveragePrecisionStatistic, patientBootstrap, rsnaScore, sensitivityAt, vindrMeanAveragePrecision, type AnnotatedBox, type BootstrapInterval, type DetectedBox } from '@cxr-ifa/metrics';
import { createRng, InputError } from '@cxr-ifa/tensor';
import type { CocoAnnotations, CocoResults } from './cocoFile.ts';

/** How boxes are scored. */
export interface ScoreBoxesOptions {
  readonly iou?: readonly number[] | undefined;
  readonly hit: number | 'centre';
  readonly rsnaThreshold: number;
  readonly samples: number;
  readonly confidence: number;
  readonly seed: number;
}

/** Scores of boxes, as `metrics.json` has them; null where there is no object to find. */
export interface BoxScores {
  readonly images: number;
  readonly imagesWithBoxes: number;
  readonly patients: number;
  readonly detections: number;
  /** COCO's, with intervals over patients. */
  readonly map50: Estimate;
  readonly map: Estimate;
  readonly mapThresholds: readonly number[];
  readonly recall: number | null;
  /** VinDr-CXR's mAP at IoU > 0.4, over the findings alone. */
  readonly vindrMap40: number | null;
  readonly rsna: { readonly score: number | null; readonly threshold: number };
  readonly froc: { readonly score: Estimate; readonly hit: number | 'centre'; readonly sensitivity: Readonly<Record<string, number | null>> };
  readonly findings: readonly { readonly finding: string; readonly boxes: number; readonly ap50: number | null; readonly ap: number | null; readonly vindrAp40: number | null }[];
}
export interface Estimate {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** Boxes of COCO files with images and findings by number. */
export interface ScoredBoxes {
  readonly objects: readonly AnnotatedBox[];
  readonly detections: readonly DetectedBox[];
  readonly sizes: { readonly images: number; readonly findings: number };
  /** Detections of findings that their image was not searched for. */
  readonly uncounted: number;
}

/** @throws {InputError} If the results name an image or a category that the annotations have not. */
export function numberBoxes({ images, categories, annotations }: CocoAnnotations, results: CocoResults): ScoredBoxes {
  const [imageOf, findingOf] = [new Map(images.map(({ id }, i) => [id, i])), new Map(categories.map(({ id }, i) => [id, i]))];
  const unsearched = new Set(images.flatMap(({ id, not_exhaustive_category_ids = [] }) => not_exhaustive_category_ids.map((category) => `${id} ${category}`)));
  const numbered = ({ image_id, category_id }: { image_id: number; category_id: number }): { image: number; finding: number } => {
    const [image, finding] = [imageOf.get(image_id), findingOf.get(category_id)];
    if (image === undefined || finding === undefined) throw new InputError(`Cannot score detections as each must be of an image and a category of the annotations: current ids are ${image_id} and ${category_id}`);
    return { image, finding };
  };
  const all = results.map((result) => ({ ...numbered(result), box: result.bbox, score: result.score, counts: !unsearched.has(`${result.image_id} ${result.category_id}`) }));
  return {
    objects: annotations.map((annotation) => ({ ...numbered(annotation), box: annotation.bbox, crowd: annotation.iscrowd === 1, ...(annotation.area !== undefined && { area: annotation.area }) })),
    detections: all.filter(({ counts }) => counts),
    sizes: { images: images.length, findings: categories.length },
    uncounted: all.filter(({ counts }) => !counts).length,
  };
}

/** Scores detections against annotations: COCO's, VinDr-CXR's, RSNA's and FROC. */
export function scoreBoxes(coco: CocoAnnotations, results: CocoResults, { iou, hit, rsnaThreshold, samples, confidence, seed }: ScoreBoxesOptions): BoxScores {
  const { objects, detections, sizes } = numberBoxes(coco, results);
  const thresholds = iou ?? COCO_THRESHOLDS;
  const patients = coco.images.map(({ patient }) => patient);
  const statistics = {
    map50: meanAveragePrecisionStatistic(detections, objects, { ...sizes, iouThresholds: [0.5] }),
    map: meanAveragePrecisionStatistic(detections, objects, { ...sizes, iouThresholds: thresholds }),
    froc: frocStatistic(detections, objects, { ...sizes, iouThreshold: hit }),
  };
  const intervals = objects.length > 0 && new Set(patients.map((patient, image) => patient ?? image)).size > 1 ? patientBootstrap(statistics, patients, { rng: createRng(seed).fork('bootstrap'), samples, confidence }) : undefined;
  const ones = new Float64Array(sizes.images).fill(1);
  const estimate = (name: keyof typeof statistics): Estimate => toEstimate(intervals?.[name], statistics[name](ones));
  const [at50, at, vindr] = [meanAveragePrecision(detections, objects, { ...sizes, iouThresholds: [0.5] }), meanAveragePrecision(detections, objects, { ...sizes, iouThresholds: thresholds }), vindrMeanAveragePrecision(detections, objects, sizes)];
  const curve = frocCurve(detections, objects, { ...sizes, iouThreshold: hit });
  return {
    images: sizes.images,
    imagesWithBoxes: new Set(objects.map(({ image }) => image)).size,
    patients: new Set(patients.map((patient, image) => patient ?? image)).size,
    detections: detections.length,
    map50: estimate('map50'),
    map: estimate('map'),
    mapThresholds: thresholds,
    recall: at.recall ?? null,
    vindrMap40: vindr.mean ?? null,
    rsna: { score: rsnaScore(detections.filter(({ score }) => score >= rsnaThreshold), objects, sizes.images).mean ?? null, threshold: rsnaThreshold },
    froc: { score: estimate('froc'), hit, sensitivity: Object.fromEntries(FROC_RATES.map((rate) => [String(rate), curve ? sensitivityAt(curve, rate) : null])) },
    findings: coco.categories.map(({ name }, finding) => ({
      finding: name,
      boxes: objects.filter((object) => object.finding === finding).length,
      ap50: at50.byFinding[finding] ?? null,
      ap: at.byFinding[finding] ?? null,
      vindrAp40: vindr.byFinding[finding] ?? null,
    })),
  };
}

function toEstimate(interval: BootstrapInterval | undefined, value: number | undefined): Estimate {
  return { value: value ?? null, low: interval?.low ?? null, high: interval?.high ?? null };
}
