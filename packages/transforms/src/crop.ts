import type { Geometry } from '@cxr-ifa/tensor';
import { createGeometry } from './createGeometry.ts';

/** A rectangle of the image, in fractions of its width and height. */
export interface CropParameters {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Enlarges a rectangle of the image to the whole view. */
export function crop({ left, top, width, height }: CropParameters): Geometry {
  return createGeometry({ matrix: [width, 0, 2 * left + width - 1, 0, height, 2 * top + height - 1] });
}
