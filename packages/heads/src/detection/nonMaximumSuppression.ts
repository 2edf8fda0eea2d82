import type { Boxes } from './boxes.ts';
import { boxIou } from './boxIou.ts';

/** Options of {@link nonMaximumSuppression}. */
export interface NonMaximumSuppressionOptions {
  /** The overlap (IoU) above which the less sure of two boxes goes. @default {0.5} */
  readonly threshold?: number;
  /** The finding of each box: boxes of different findings do not suppress one another. @default {all are of one} */
  readonly labels?: ArrayLike<number>;
  /** The most boxes to keep. @default {all} */
  readonly maximum?: number;
}

/**
 * Greedy non-maximum suppression: the surest box stays, the boxes of its finding that overlap it too much go, and so on with the rest.
 *
 * @param boxes Boxes, [n * 4].
 * @param scores How sure each is, [n]; of equal scores the earlier box is the surer.
 * @param options Threshold, findings and the most boxes to keep.
 * @returns The indices of the boxes that stay, the surest first.
 * @throws {TypeError} If the lengths do not fit.
 *
 * @example
 * ```ts
 * const kept = nonMaximumSuppression(boxes, scores, { threshold: 0.5, labels });
 * ```
 *
 * @throws {TypeError} If the lengths do not fit.
 * @throws {RangeError} If a box is not finite, or a score is NaN.
 *
 * @see torchvision `batched_nms`
 */
export function nonMaximumSuppression(boxes: Boxes, scores: ArrayLike<number>, { threshold = 0.5, labels, maximum = Infinity }: NonMaximumSuppressionOptions = {}): Int32Array {
  if (boxes.length !== 4 * scores.length || (labels && labels.length !== scores.length)) throw new TypeError(`Cannot suppress boxes as each must have four numbers, a score and a label: current lengths are ${boxes.length}, ${scores.length} and ${labels?.length ?? 'none'}`);
  if (!boxes.every(Number.isFinite) || Array.prototype.some.call(scores, Number.isNaN)) throw new RangeError('Cannot suppress boxes as boxes must be finite and scores numbers: current values have one that is not');
  const order = Int32Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
  const keptOf = new Map<number, number[]>(); // by finding: boxes of others are not compared
  const kept: number[] = [];
  for (const candidate of order) {
    if (kept.length >= maximum) break;
    const label = labels ? (labels[candidate] as number) : 0;
    const rivals = keptOf.get(label) ?? [];
    if (isCovered(boxes, candidate, rivals, threshold)) continue;
    rivals.push(candidate);
    keptOf.set(label, rivals);
    kept.push(candidate);
  }
  return Int32Array.from(kept);
}

function isCovered(boxes: Boxes, candidate: number, rivals: readonly number[], threshold: number): boolean {
  for (const rival of rivals) if (boxIou(boxes, rival, boxes, candidate) > threshold) return true;
  return false;
}
