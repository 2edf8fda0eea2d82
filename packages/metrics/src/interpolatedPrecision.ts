import type { RankedOutcomes } from './matchAllBoxes.ts';

/** COCO's 101 recalls, with NumPy's last digits. */
const RECALLS = Array.from({ length: 101 }, (_, i) => (i === 100 ? 1 : i * 0.01));

/** Double precision's step at 1, which pycocotools adds to its denominators. */
const SPACING = 2 ** -52;

/** How images count and how the area under a curve is taken. */
export interface PrecisionOptions {
  /** How often each image counts. */
  readonly weights: ArrayLike<number>;
  /** The objects there are, weighted; above 0. */
  readonly total: number;
}

/** Precision and recall behind each detection. */
export function precisionAndRecall({ hits, images }: RankedOutcomes, { weights, total }: PrecisionOptions): { precision: Float64Array; recall: Float64Array } {
  const [precision, recall] = [new Float64Array(hits.length), new Float64Array(hits.length)];
  let [found, drawn] = [0, 0];
  for (let i = 0; i < hits.length; i++) {
    const weight = weights[images[i] as number] as number;
    found += weight * (hits[i] as number);
    drawn += weight;
    precision[i] = found / (drawn + SPACING);
    recall[i] = found / total;
  }
  return { precision, recall };
}

/** COCO's average precision: at each of 101 recalls the best precision at that recall or a higher one, 0 where it is not reached. */
export function precisionAt101(outcomes: RankedOutcomes, options: PrecisionOptions): number {
  const { precision, recall } = precisionAndRecall(outcomes, options);
  for (let i = precision.length - 2; i >= 0; i--) precision[i] = Math.max(precision[i] as number, precision[i + 1] as number);
  let at = 0;
  let sum = 0;
  for (const wanted of RECALLS) {
    while (at < recall.length && (recall[at] as number) < wanted) at++;
    if (at === recall.length) break;
    sum += precision[at] as number;
  }
  return sum / RECALLS.length;
}
