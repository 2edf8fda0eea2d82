import type { Geometry } from '@cxr-ifa/tensor';
import { createGeometry } from './createGeometry.ts';

export interface ShiftScaleRotateParameters {
  /** How far the content moves to the right, as a fraction of the width. */
  readonly shiftX: number;
  /** How far the content moves down, as a fraction of the height. */
  readonly shiftY: number;
  /** By how much the content grows. */
  readonly scale: number;
  /** By how much the content turns anticlockwise. */
  readonly degrees: number;
  /** Width over height of the image in pixels: a rotation is one of pixels, not of normalised coordinates. */
  readonly aspect: number;
}

/**
 * Scales and turns an image about its centre, then shifts it: albumentations' ShiftScaleRotate.
 * (albumentations 1.1.0 turns about pixel index n / 2, half a pixel beside the centre.)
 */
export function shiftScaleRotate({ shiftX, shiftY, scale, degrees, aspect }: ShiftScaleRotateParameters): Geometry {
  if (!(scale > 0)) throw new RangeError(`Cannot scale an image as the scale must be positive: current value is ${scale}`);
  const cosine = Math.cos((degrees * Math.PI) / 180) / scale;
  const sine = Math.sin((degrees * Math.PI) / 180) / scale;
  // Source = inverse rotation of (view - shift); a shift by the whole width is 2 in normalised coordinates
  const [x, y] = [2 * shiftX, 2 * shiftY];
  const [a, b, d, e] = [cosine, -sine / aspect, sine * aspect, cosine];
  return createGeometry({ matrix: [a, b, -a * x - b * y, d, e, -d * x - e * y] });
}
