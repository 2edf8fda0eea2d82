import type { Boxes } from './boxes.ts';
import { requireBoxes } from './requireBoxes.ts';

/** No box grows by more than 1000 / 16 over its anchor, so that the exponential of a wild prediction stays finite. */
export const LARGEST_LOG_SCALE: number = Math.log(1000 / 16);

/**
 * Where boxes lie relative to anchors: `[dx, dy, dw, dh]`, in torchvision's order,
 *
 *     dx = (x - x_a) / w_a        dy = (y - y_a) / h_a        dw = ln(w / w_a)        dh = ln(h / h_a)        x, y: centres
 *
 * @param boxes Boxes, [n * 4]; the i-th belongs to the i-th anchor.
 * @param anchors Anchors, [n * 4].
 * @returns Deltas, [n * 4].
 * @throws {TypeError} If the lengths differ.
 * @throws {RangeError} If a box or an anchor has no area or is not finite.
 * @see Girshick et al. 2014, Rich feature hierarchies (R-CNN), appendix C; torchvision `BoxCoder` with weights 1
 */
export function encodeBoxes(boxes: Boxes, anchors: Boxes): Float32Array {
  if (boxes.length !== anchors.length) throw new TypeError(`Cannot encode boxes as each must have an anchor: current numbers are ${boxes.length / 4} and ${anchors.length / 4}`);
  for (const given of [boxes, anchors]) requireBoxes('encode boxes', given);
  const deltas = new Float32Array(boxes.length);
  for (let i = 0; i < boxes.length; i += 4) encodeBox(boxes, i, anchors, i, deltas, i);
  return deltas;
}

/** Encodes the box at one offset against the anchor at another. */
export function encodeBox(boxes: Boxes, box: number, anchors: Boxes, anchor: number, into: Float32Array, at: number): void {
  const [y0, x0, y1, x1] = [boxes[box], boxes[box + 1], boxes[box + 2], boxes[box + 3]] as [number, number, number, number];
  const [top, left, bottom, right] = [anchors[anchor], anchors[anchor + 1], anchors[anchor + 2], anchors[anchor + 3]] as [number, number, number, number];
  const [height, width] = [bottom - top, right - left];
  into[at] = ((x0 + x1) / 2 - (left + right) / 2) / width;
  into[at + 1] = ((y0 + y1) / 2 - (top + bottom) / 2) / height;
  into[at + 2] = Math.log((x1 - x0) / width);
  into[at + 3] = Math.log((y1 - y0) / height);
}

/**
 * Boxes from deltas: the inverse of {@link encodeBoxes}.
 *
 * @param deltas Deltas, [n * 4].
 * @param anchors Anchors, [n * 4].
 * @returns Boxes, [n * 4]; they may leave the image.
 * @throws {TypeError} If the lengths differ.
 */
export function decodeBoxes(deltas: Float32Array, anchors: Boxes): Boxes {
  if (deltas.length !== anchors.length) throw new TypeError(`Cannot decode boxes as each must have an anchor: current numbers are ${deltas.length / 4} and ${anchors.length / 4}`);
  const boxes = new Float32Array(deltas.length);
  for (let i = 0; i < deltas.length; i += 4) decodeBox(deltas, i, anchors, i, boxes, i);
  return boxes;
}

/** Decodes the deltas at one offset against the anchor at another. */
export function decodeBox(deltas: Float32Array, delta: number, anchors: Boxes, anchor: number, into: Boxes, at: number): void {
  decodeSide(deltas[delta + 1] as number, deltas[delta + 3] as number, anchors, anchor, into, at);
  decodeSide(deltas[delta] as number, deltas[delta + 2] as number, anchors, anchor + 1, into, at + 1);
}

/** One axis: its two ends lie two numbers apart. */
function decodeSide(shift: number, logScale: number, anchors: Boxes, anchor: number, into: Boxes, at: number): void {
  const low = anchors[anchor] as number;
  const high = anchors[anchor + 2] as number;
  const centre = (low + high) / 2 + shift * (high - low);
  const half = ((high - low) * Math.exp(Math.min(logScale, LARGEST_LOG_SCALE))) / 2;
  into[at] = centre - half;
  into[at + 2] = centre + half;
}
