import type { Boxes } from './boxes.ts';

/**
 * Checks boxes at the door: a reversed one, or one that is not finite, would be lost in overlaps of 0 and NaN without a word.
 *
 * @param action What cannot be done otherwise, as in "Cannot `action`".
 * @param boxes Boxes, [n * 4].
 * @param options `inImage`: whether each must lie in the image, at least in part, as what a reader drew does.
 * @throws {TypeError} If the length is no multiple of four.
 * @throws {RangeError} If a box has no area, is not finite, or lies outside.
 */
export function requireBoxes(action: string, boxes: Boxes, { inImage = false }: { readonly inImage?: boolean } = {}): void {
  if (boxes.length % 4 !== 0) throw new TypeError(`Cannot ${action} as each box must have four numbers: current length is ${boxes.length}`);
  for (let at = 0; at < boxes.length; at += 4) {
    const [top, left, bottom, right] = boxes.subarray(at, at + 4) as unknown as [number, number, number, number];
    const value = (): string => `current value is [${[top, left, bottom, right].join(', ')}]`;
    if (!(bottom > top && right > left && bottom - top < Infinity && right - left < Infinity)) throw new RangeError(`Cannot ${action} as boxes must be [yMin, xMin, yMax, xMax] with an area: ${value()}`);
    if (inImage && !(bottom > 0 && right > 0 && top < 1 && left < 1)) throw new RangeError(`Cannot ${action} as boxes must lie in the image, in fractions of its height and width and not in pixels: ${value()}`);
  }
}
