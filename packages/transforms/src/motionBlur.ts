import type { GrayImage } from '@cxr-ifa/tensor';
import { padded } from './padded.ts';

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
export function motionBlur(image: GrayImage, { dx, dy }: MotionBlurParameters): GrayImage {
  const radius = Math.max(Math.abs(dx), Math.abs(dy));
  if (!(Number.isInteger(dx) && Number.isInteger(dy) && radius > 0)) throw new RangeError(`Cannot blur along a line as dx and dy must be integers, not both 0: current value is ${dx}, ${dy}`);
  const { width, height } = image;
  const { data, stride } = padded(image, radius, 'reflect101');
  const offsets = Int32Array.from({ length: 2 * radius + 1 }, (_, index) => roundSymmetrically(((index - radius) * dy) / radius) * stride + roundSymmetrically(((index - radius) * dx) / radius));
  const output = new Float32Array(width * height);
  const weight = 1 / offsets.length;
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (const offset of offsets) {
      const from = (y + radius) * stride + radius + offset;
      for (let x = 0; x < width; x++) output[row + x]! += weight * (data[from + x] as number);
    }
  }
  return { data: output, width, height, range: image.range };
}

/** Rounds halves away from zero, so that a line is the same on both sides of its centre. */
function roundSymmetrically(value: number): number {
  return Math.sign(value) * Math.round(Math.abs(value));
}
