import type { Geometry } from '@cxr-ifa/tensor';
import { createGeometry } from './createGeometry.ts';

/** Mirrors left and right. Not among the method's steps: in a radiograph the heart's side means something. */
export function horizontalFlip(): Geometry {
  return createGeometry({ matrix: [-1, 0, 0, 0, 1, 0] });
}
