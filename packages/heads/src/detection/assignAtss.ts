import { BACKGROUND, type AnchorAssignment } from './anchorAssignment.ts';
import type { Boxes } from './boxes.ts';
import { boxIou } from './boxIou.ts';
import type { Anchors } from './createAnchors.ts';
import { requireBoxes } from './requireBoxes.ts';

/** Options of {@link assignAtss}. */
export interface AssignAtssOptions {
  /** The nearest anchors of each level that are candidates for a box: positions, times the anchors at each. @default {9} */
  readonly candidates?: number;
  /** Width over height of the image in pixels, so that near means near in pixels. @default {1} */
  readonly imageAspect?: number;
}

/**
 * Adaptive training sample selection: for each box, the nearest anchors of every level are candidates, and those are to find it whose overlap is at least the mean
 * plus the deviation of the candidates' overlaps and whose centre lies inside it. An anchor that two boxes claim goes to the one that it overlaps more. There is no threshold
 * to choose, so that small findings get as many anchors as large ones; all other anchors are background.
 *
 * @param anchors The anchors.
 * @param boxes The image's boxes, [n * 4]; none is ordinary.
 * @param options How many candidates a level gives.
 * @returns The assignment; none of it is `BETWEEN`. A box whose candidates all have their centre outside of it is found by none.
 * @throws {RangeError} If there are no candidates, or a box has no area or is not finite.
 *
 * @example
 * ```ts
 * const assignment = assignAtss(anchors, boxes);
 * ```
 *
 * @see Zhang et al. 2020, Bridging the Gap Between Anchor-based and Anchor-free Detection, algorithm 1
 */
export function assignAtss({ boxes: anchors, levels, count }: Anchors, boxes: Boxes, { candidates = 9, imageAspect = 1 }: AssignAtssOptions = {}): AnchorAssignment {
  if (!(Number.isSafeInteger(candidates) && candidates > 0)) throw new RangeError(`Cannot assign anchors as candidates must be a positive integer: current value is ${candidates}`);
  requireBoxes('assign anchors', boxes);
  const assignment = new Int32Array(count).fill(BACKGROUND);
  const overlapOf = new Float32Array(count); // with the box that has the anchor so far
  const [centreY, centreX] = centresOf(anchors);
  for (let object = 0; object < boxes.length / 4; object++) {
    const [top, left, bottom, right] = boxes.subarray(4 * object, 4 * object + 4) as unknown as [number, number, number, number];
    const distance = (anchor: number): number => ((centreY[anchor] as number) - (top + bottom) / 2) ** 2 + (imageAspect * ((centreX[anchor] as number) - (left + right) / 2)) ** 2;
    const near: number[] = [];
    let from = 0;
    for (const level of levels) {
      near.push(...nearest(from, from + level, candidates, distance));
      from += level;
    }
    const overlaps = near.map((anchor) => boxIou(anchors, anchor, boxes, object));
    const threshold = meanPlusDeviation(overlaps);
    for (const [position, anchor] of near.entries()) {
      const [y, x, overlap] = [centreY[anchor] as number, centreX[anchor] as number, overlaps[position] as number];
      const isInside = y > top && y < bottom && x > left && x < right;
      if (!(overlap >= threshold && isInside && overlap > (overlapOf[anchor] as number))) continue;
      assignment[anchor] = object;
      overlapOf[anchor] = overlap;
    }
  }
  return assignment;
}

function centresOf(anchors: Boxes): [y: Float32Array, x: Float32Array] {
  const count = anchors.length / 4;
  const centres = (axis: 0 | 1): Float32Array => Float32Array.from({ length: count }, (_, anchor) => ((anchors[4 * anchor + axis] as number) + (anchors[4 * anchor + axis + 2] as number)) / 2);
  return [centres(0), centres(1)];
}

/** The anchors of one level with the smallest distances, the earlier ones where distances are equal. */
function nearest(from: number, to: number, wanted: number, distance: (anchor: number) => number): number[] {
  const found: { anchor: number; distance: number }[] = [];
  for (let anchor = from; anchor < to; anchor++) {
    const own = distance(anchor);
    if (found.length === wanted && own >= (found.at(-1) as { distance: number }).distance) continue;
    let at = found.length;
    while (at > 0 && (found[at - 1] as { distance: number }).distance > own) at--;
    found.splice(at, 0, { anchor, distance: own });
    if (found.length > wanted) found.pop();
  }
  return found.map(({ anchor }) => anchor);
}

/** The deviation is that of a sample, as in the authors' code. */
function meanPlusDeviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return mean + Math.sqrt(squares / Math.max(values.length - 1, 1));
}
