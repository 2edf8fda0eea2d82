import type { Geometry, Point } from '@cxr-ifa/tensor';
import type { BoxAnnotations } from './boxes.ts';
import { requireBoxes } from './requireBoxes.ts';

/** Points on the ellipse; a multiple of four, so that without rotation the extremes are exact. */
const POINTS = 32;

/** Options of {@link boxesToView}. */
export interface BoxesToViewOptions {
  /** A box of which less than this share is left in the view goes. @default {0.3} */
  readonly minimumVisible?: number;
}

/**
 * Moves an image's boxes to where an augmented view shows them. A box becomes the smallest box around its moved inscribed ellipse, cut at the view's edge:
 * under shifts, scales and flips that is the moved box itself, and under rotation it stays as tight as findings are round, where moved corners would grow by a third at 10 degrees.
 *
 * @param annotations The image's boxes.
 * @param geometry What was done to the image.
 * @param options What becomes of boxes that leave the view.
 * @returns The view's boxes, in order, without those of which too little is left.
 * @throws {RangeError} If the share is not from 0 to 1, or a box has no area, is not finite or lies outside the image.
 *
 * @example
 * ```ts
 * const { image, geometry } = augment(original, rng);
 * const boxes = boxesToView(annotations, geometry);
 * ```
 *
 * @see Kalra et al. 2021, Towards Rotation Invariance in Object Detection (boxes from ellipses)
 */
export function boxesToView({ boxes, labels, ...rest }: BoxAnnotations, geometry: Geometry, { minimumVisible = 0.3 }: BoxesToViewOptions = {}): BoxAnnotations {
  if (!(minimumVisible >= 0 && minimumVisible <= 1)) throw new RangeError(`Cannot move boxes as the visible share must be from 0 to 1: current value is ${minimumVisible}`);
  requireBoxes('move boxes', boxes, { inImage: true });
  const [moved, kept]: [number[], number[]] = [[], []];
  for (const [i, label] of labels.entries()) {
    const [top, left, bottom, right] = boxes.subarray(4 * i, 4 * i + 4) as unknown as [number, number, number, number];
    const points = geometry.toView(ellipse(top, left, bottom, right)).map(([x, y]) => [(y + 1) / 2, (x + 1) / 2] as const);
    const [ys, xs] = [points.map(([y]) => y), points.map(([, x]) => x)];
    const whole = [Math.min(...ys), Math.min(...xs), Math.max(...ys), Math.max(...xs)] as const;
    const cut = whole.map((value) => Math.min(1, Math.max(0, value))) as [number, number, number, number];
    const visible = area(cut) / area(whole);
    if (!(area(cut) > 0 && visible >= minimumVisible)) continue;
    moved.push(...cut);
    kept.push(label);
  }
  return { boxes: Float32Array.from(moved), labels: Int32Array.from(kept), ...rest };
}

/** Points of the inscribed ellipse, in a geometry's coordinates. */
function ellipse(top: number, left: number, bottom: number, right: number): Point[] {
  const [y, x] = [top + bottom - 1, left + right - 1];
  return Array.from({ length: POINTS }, (_, i): Point => {
    const angle = (2 * Math.PI * i) / POINTS;
    return [x + (right - left) * Math.cos(angle), y + (bottom - top) * Math.sin(angle)];
  });
}

function area([top, left, bottom, right]: readonly [number, number, number, number]): number {
  return Math.max(0, bottom - top) * Math.max(0, right - left);
}
