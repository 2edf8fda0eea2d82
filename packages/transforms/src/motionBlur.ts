import { filterTaps } from './filterTaps.ts';
import { imageOperation, type ImageOperation } from './imageOperation.ts';

export interface MotionBlurParameters {
  /** The line along which pixels are averaged runs from (-dx, -dy) to (dx, dy), in whole pixels. */
  readonly dx: number;
  readonly dy: number;
}

/**
 * Averages each pixel with those on a line through it; the border is mirrored.
 * albumentations 1.1.0 draws the line between two random points of a 3x3, 5x5 or 7x7 kernel, which moves the image by up to three pixels
 * where the line lies off the centre. Ours is symmetric about the centre, so the image stays in its place and its geometry true.
 *
 * @throws {RangeError} If dx and dy are not integers, or both 0.
 */
export const motionBlur: ImageOperation<MotionBlurParameters> = imageOperation((native, image, { dx, dy }) => {
  const radius = Math.max(Math.abs(dx), Math.abs(dy));
  if (!(Number.isInteger(dx) && Number.isInteger(dy) && radius > 0)) throw new RangeError(`Cannot blur along a line as dx and dy must be integers, not both 0: current value is ${dx}, ${dy}`);
  const length = 2 * radius + 1;
  const along = (step: number, component: number): number => roundSymmetrically((step * component) / radius);
  return filterTaps(native, image, Array.from({ length }, (_, index) => ({ dx: along(index - radius, dx), dy: along(index - radius, dy), weight: 1 / length })));
});

/** Rounds halves away from zero, so that a line is the same on both sides of its centre. */
function roundSymmetrically(value: number): number {
  return Math.sign(value) * Math.round(Math.abs(value));
}
