import { bootstrapBand, frocCurve, FROC_RATES, sensitivityAt, weightedBoxPrecisionRecallCurve, weightedFrocCurve, type BoxPrecisionRecallCurve } from '@cxr-ifa/metrics';
import type { Rng } from '@cxr-ifa/tensor';
import type { CocoAnnotations, CocoResults } from '../detect/cocoFile.ts';
import { numberBoxes, type BoxScores } from '../detect/scoreBoxes.ts';
import type { BandSeries } from './bandChart.ts';
import type { Curve } from './curveChart.ts';

/** The curves of boxes on the test images, with their bands. */
export interface BoxCurves {
  /** Of each finding with boxes. */
  readonly findings: readonly { readonly finding: string; readonly boxes: number; readonly precisionRecall: Curve }[];
  /** Of all findings together; absent without boxes. */
  readonly froc: BandSeries | undefined;
  /** The score from which on there is {@link ALARMS} of a false alarm an image: where pictures are drawn. */
  readonly drawnFrom: number;
}

/** False alarms an image in pictures. */
export const ALARMS = 0.5;
const PLACES = Array.from({ length: 51 }, (_, index) => index / 50);
const SAMPLES = 500;

/** Curves and bands of COCO files, by a bootstrap over patients. */
export function boxCurves(annotations: CocoAnnotations, results: CocoResults, { froc: { hit } }: Pick<BoxScores, 'froc'>, { rng, confidence }: { readonly rng: Rng; readonly confidence: number }): BoxCurves {
  const { objects, detections, sizes } = numberBoxes(annotations, results);
  const patients = annotations.images.map(({ patient }) => patient);
  const isBanded = new Set(patients.map((patient, image) => patient ?? image)).size > 1;
  const bandOf = (curve: Parameters<typeof bootstrapBand>[0], name: string): ReturnType<typeof bootstrapBand> => (isBanded ? bootstrapBand(curve, patients, { rng: rng.fork('report boxes', name), samples: SAMPLES, confidence }) : undefined);
  const ones = new Float64Array(sizes.images).fill(1);
  const findings = annotations.categories.flatMap(({ name }, finding) => {
    const curveOf = weightedBoxPrecisionRecallCurve(detections, objects, finding, sizes);
    const precisionOf = (weights: ArrayLike<number>): number[] | undefined => interpolated(curveOf(weights));
    const values = precisionOf(ones);
    if (!values) return [];
    const band = bandOf(precisionOf, name);
    const points = PLACES.map((x, i) => [x, values[i] as number] as const);
    return [{ finding: name, boxes: objects.filter((object) => object.finding === finding).length, precisionRecall: { points, band: PLACES.map((x, i) => ({ x, low: band?.low[i] ?? NaN, high: band?.high[i] ?? NaN })).filter(({ low, high }) => low <= high) } }];
  });
  const froc = { ...sizes, iouThreshold: hit };
  const whole = frocCurve(detections, objects, froc);
  if (!whole) return { findings, froc: undefined, drawnFrom: 0 };
  const curveOf = weightedFrocCurve(detections, objects, froc);
  const band = bandOf((weights) => {
    const curve = curveOf(weights);
    return curve && FROC_RATES.map((rate) => sensitivityAt(curve, rate));
  }, 'froc');
  const points = FROC_RATES.map((x, i) => {
    const y = sensitivityAt(whole, x);
    return { x, y, low: band?.low[i] ?? y, high: band?.high[i] ?? y };
  });
  return { findings, froc: { name: 'all findings', points }, drawnFrom: whole.scores[whole.falsePositives.findLastIndex((alarms) => alarms <= ALARMS)] as number };
}

/** COCO's precision at each recall: the best at that recall or a higher one, 0 where it is not reached. The area under it is the average precision. */
function interpolated(curve: BoxPrecisionRecallCurve | undefined): number[] | undefined {
  if (!curve) return undefined;
  const { recall, precision } = curve;
  const best = new Float64Array(precision.length);
  for (let i = best.length - 1; i >= 0; i--) best[i] = Math.max(precision[i] as number, best[i + 1] ?? 0);
  return PLACES.map((place) => {
    const at = recall.findIndex((value) => value >= place - 1e-12);
    return at < 0 ? 0 : (best[at] as number);
  });
}
