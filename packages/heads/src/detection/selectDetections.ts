import type { Anchors } from './createAnchors.ts';
import { decodeBox } from './boxCoder.ts';
import type { Detections } from './boxes.ts';
import { nonMaximumSuppression } from './nonMaximumSuppression.ts';

/** How a detector's predictions become boxes. */
export interface SelectDetectionsOptions {
  /** The score above which an anchor's finding is a candidate. @default {0.05} */
  readonly scoreThreshold?: number;
  /** The surest candidates of each level that are looked at. @default {1000} */
  readonly candidates?: number;
  /** The overlap (IoU) above which the less sure of two boxes of a finding goes. @default {0.5} */
  readonly overlapThreshold?: number;
  /** The most boxes of an image. @default {100} */
  readonly maximum?: number;
}

/**
 * Turns the predictions for one image into boxes, as torchvision's RetinaNet does: candidates above the score threshold, the surest of each level,
 * decoded, cut at the image's edge, and without doubles. Its `detections_per_img` is 300.
 *
 * @param logits Logits, [A * K] in row order.
 * @param deltas Deltas, [A * 4].
 * @param anchors The anchors that were predicted for.
 * @param options Thresholds.
 * @returns The boxes, the surest first.
 * @throws {TypeError} If the lengths do not fit.
 * @throws {RangeError} If a logit, or the box of a candidate, is NaN.
 *
 * @see torchvision `RetinaNet.postprocess_detections`
 */
export function selectDetections(logits: Float32Array, deltas: Float32Array, anchors: Anchors, { scoreThreshold = 0.05, candidates = 1000, overlapThreshold = 0.5, maximum = 100 }: SelectDetectionsOptions = {}): Detections {
  const findings = logits.length / anchors.count;
  if (!(Number.isSafeInteger(findings) && findings > 0 && deltas.length === 4 * anchors.count)) throw new TypeError(`Cannot select detections as ${anchors.count} anchors must have logits for every finding and 4 deltas each: current lengths are ${logits.length} and ${deltas.length}`);
  const lowest = Math.log(scoreThreshold / (1 - scoreThreshold)); // compared before the sigmoid, which few values need
  const chosen: number[] = [];
  let from = 0;
  for (const level of anchors.levels) {
    const to = from + level * findings;
    const found: number[] = [];
    for (let cell = from; cell < to; cell++) {
      const logit = logits[cell] as number;
      if (logit > lowest) found.push(cell);
      else if (Number.isNaN(logit)) throw new RangeError('Cannot select detections as logits must be numbers: current value is NaN, as of a detector whose training went wrong');
    }
    if (found.length > candidates) found.sort((a, b) => (logits[b] as number) - (logits[a] as number) || a - b);
    chosen.push(...found.slice(0, candidates));
    from = to;
  }
  const boxes = new Float32Array(4 * chosen.length);
  for (const [i, cell] of chosen.entries()) {
    const anchor = 4 * Math.floor(cell / findings);
    decodeBox(deltas, anchor, anchors.boxes, anchor, boxes, 4 * i);
  }
  if (boxes.some(Number.isNaN)) throw new RangeError('Cannot select detections as deltas must be numbers: current value is NaN, as of a detector whose training went wrong');
  for (let i = 0; i < boxes.length; i++) boxes[i] = Math.min(1, Math.max(0, boxes[i] as number));
  const scores = Float32Array.from(chosen, (cell) => 1 / (1 + Math.exp(-(logits[cell] as number))));
  const labels = Int32Array.from(chosen, (cell) => cell % findings);
  const kept = nonMaximumSuppression(boxes, scores, { threshold: overlapThreshold, labels, maximum });
  const result = { boxes: new Float32Array(4 * kept.length), scores: new Float32Array(kept.length), labels: new Int32Array(kept.length) };
  for (const [to, i] of kept.entries()) {
    result.boxes.set(boxes.subarray(4 * i, 4 * i + 4), 4 * to);
    result.scores[to] = scores[i] as number;
    result.labels[to] = labels[i] as number;
  }
  return result;
}
