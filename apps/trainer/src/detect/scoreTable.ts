import { COCO_THRESHOLDS } from '@cxr-ifa/metrics';
import { formatTable } from '../output/formatTable.ts';
import type { BoxScores, Estimate } from './scoreBoxes.ts';

const number = (value: number | null): string => (value === null ? '-' : value.toFixed(3));
const estimate = ({ value, low, high }: Estimate): string => (low === null || high === null ? number(value) : `${number(value)} (${number(low)} to ${number(high)})`);

/** Scores as lines for the terminal. */
export function scoreTable(scores: BoxScores, { confidence }: { readonly confidence: number }): string[] {
  const { map50, map, mapThresholds, vindrMap40, rsna, froc, findings } = scores;
  return [
    `${scores.images} images of ${scores.patients} patients, ${scores.imagesWithBoxes} with boxes; ${scores.detections} detections; intervals ${confidence * 100} % over patients`,
    ...formatTable([['finding', 'boxes', 'AP at 0.5', 'AP', 'VinDr AP at 0.4'], ...findings.map(({ finding, boxes, ap50, ap, vindrAp40 }) => [finding, String(boxes), number(ap50), number(ap), number(vindrAp40)])]),
    `mAP at 0.5: ${estimate(map50)}   mAP at ${named(mapThresholds)}: ${estimate(map)}   VinDr mAP at 0.4: ${number(vindrMap40)}`,
    `FROC (mean sensitivity at 1/8 to 8 false alarms an image): ${estimate(froc.score)}   RSNA at score ${rsna.threshold}: ${number(rsna.score)}`,
  ];
}

/** COCO's ten thresholds by their ends. */
function named(thresholds: readonly number[]): string {
  return thresholds.join() === COCO_THRESHOLDS.join() ? '0.5 to 0.95' : thresholds.join(', ');
}
