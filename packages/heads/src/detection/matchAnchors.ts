import { BACKGROUND, BETWEEN, type AnchorAssignment } from './anchorAssignment.ts';
import type { Boxes } from './boxes.ts';
import { boxIou } from './boxIou.ts';
import type { Anchors } from './createAnchors.ts';
import { requireBoxes } from './requireBoxes.ts';

/** Thresholds of {@link matchAnchors}. */
export interface MatchAnchorsOptions {
  /** The overlap (IoU) from which on an anchor is to find a box. @default {0.5} */
  readonly foreground?: number;
  /** The overlap below which an anchor is background. @default {0.4} */
  readonly background?: number;
}

/**
 * RetinaNet's assignment by overlap: each anchor is to find the box that it overlaps most where that is at least `foreground`, is background below `background`, and
 * counts as neither in between. So that no box is left to nobody, the anchors that overlap a box more than all others do are to find their own best box, whatever the overlap.
 *
 * @param anchors The anchors.
 * @param boxes The image's boxes, [n * 4]; none is ordinary, and makes all anchors background.
 * @param options The two thresholds.
 * @returns The assignment.
 * @throws {RangeError} If the thresholds are not in order from 0 to 1, or a box has no area or is not finite.
 *
 * @example
 * ```ts
 * const assignment = matchAnchors(anchors, boxes);
 * ```
 *
 * @see Lin et al. 2017, Focal Loss for Dense Object Detection, section 4; torchvision `Matcher(0.5, 0.4, allow_low_quality_matches=True)`
 */
export function matchAnchors({ boxes: anchors, count }: Anchors, boxes: Boxes, { foreground = 0.5, background = 0.4 }: MatchAnchorsOptions = {}): AnchorAssignment {
  if (!(background >= 0 && background <= foreground && foreground <= 1)) throw new RangeError(`Cannot match anchors as 0 <= background <= foreground <= 1 must hold: current values are ${background} and ${foreground}`);
  requireBoxes('match anchors', boxes);
  const objects = boxes.length / 4;
  const best = new Int32Array(count).fill(BACKGROUND);
  if (objects === 0) return best;
  const overlaps = new Float32Array(count * objects); // float32, so that ties between boxes' best anchors are ties
  const mostOfBox = new Float32Array(objects);
  const assignment = new Int32Array(count);
  for (let anchor = 0; anchor < count; anchor++) {
    let most = -1;
    for (let object = 0; object < objects; object++) {
      overlaps[anchor * objects + object] = boxIou(anchors, anchor, boxes, object);
      const overlap = overlaps[anchor * objects + object] as number;
      if (overlap > most) {
        most = overlap;
        best[anchor] = object;
      }
      if (overlap > (mostOfBox[object] as number)) mostOfBox[object] = overlap;
    }
    assignment[anchor] = most >= foreground ? (best[anchor] as number) : most < background ? BACKGROUND : BETWEEN;
  }
  for (let anchor = 0; anchor < count; anchor++) {
    for (let object = 0; object < objects; object++) {
      const most = mostOfBox[object] as number;
      // A box that no anchor touches would otherwise tie with all of them
      if (most > 0 && overlaps[anchor * objects + object] === most) assignment[anchor] = best[anchor] as number;
    }
  }
  return assignment;
}
