import type { Geometry, Point } from '@cxr-ifa/tensor';
import { IDENTITY_GEOMETRY, sampleResidual } from './composeGeometry.ts';
import { createGeometry } from './createGeometry.ts';

/** Fine enough for an interpolation error below 0.05 pixels at 512 pixels and the method's strengths. */
const NODES = 33;

/**
 * Barrel or pincushion distortion about the centre: the source point of view point p is p (1 + k r^2 + k r^4), with r the distance
 * from the centre in widths (horizontally) and heights (vertically). albumentations' OpticalDistortion, which uses OpenCV's
 * camera model with k1 = k2 = k and the image's size as focal lengths.
 *
 * @param parameters `strength` is k; the method draws it from -0.05 to 0.05.
 */
export function opticalDistortion({ strength }: { readonly strength: number }): Geometry {
  // From 0.36 on the map folds over in the corners, and close to that its inverse is slow to find
  if (!(Math.abs(strength) <= 0.2)) throw new RangeError(`Cannot distort an image as the strength must be from -0.2 to 0.2: current value is ${strength}`);
  const toSource = (points: readonly Point[]): Point[] =>
    points.map(([x, y]): Point => {
      const squared = (x * x + y * y) / 4;
      const factor = 1 + strength * squared * (1 + squared);
      return [x * factor, y * factor];
    });
  const { matrix } = IDENTITY_GEOMETRY;
  return createGeometry({ matrix, residual: sampleResidual(matrix, NODES, NODES, toSource) });
}
