import type { Box } from '@cxr-ifa/tensor';

/**
 * The mask of boxes: 1 for a pixel whose centre lies in one of them. What is beyond the image is cut.
 *
 * @param boxes Left, top, width and height in pixels, fractions allowed.
 * @param width Of the image, in pixels.
 * @param height Of the image, in pixels.
 * @returns The mask, row by row.
 * @throws {RangeError} If a number is not finite, or the image has no size.
 *
 * @example
 * ```ts
 * pointingGame(map, boxMask([[12, 30, 40, 25]], 224, 224));
 * ```
 */
export function boxMask(boxes: readonly Box[], width: number, height: number): Uint8Array {
  if (!(Number.isSafeInteger(width) && Number.isSafeInteger(height) && width > 0 && height > 0)) throw new RangeError(`Cannot mask boxes as the image must have a width and a height: current size is ${width} x ${height}`);
  const mask = new Uint8Array(width * height);
  for (const box of boxes) {
    if (!box.every(Number.isFinite)) throw new RangeError(`Cannot mask boxes as their numbers must be finite: current box is ${box.join(', ')}`);
    const [left, top, extent, rise] = box;
    const [from, to] = [Math.max(0, Math.ceil(left - 0.5)), Math.min(width, Math.ceil(left + extent - 0.5))];
    for (let y = Math.max(0, Math.ceil(top - 0.5)); y < Math.min(height, Math.ceil(top + rise - 0.5)); y++) if (to > from) mask.fill(1, y * width + from, y * width + to);
  }
  return mask;
}
