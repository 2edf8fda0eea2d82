import type { Geometry, GrayImage } from '@cxr-ifa/tensor';
import { IDENTITY_GEOMETRY } from './composeGeometry.ts';
import { imageOperation, type ImageOperation, type PlacedOperation } from './imageOperation.ts';

const NO_GRID = { rows: 0, columns: 0, displacements: new Float32Array(0) };

/** {@link warp}, in the kernels' memory. */
export const warpPlaced: PlacedOperation<Geometry> = (native, image, { matrix, residual }) => {
  const { address: input, width, height } = image;
  const between = native.put(Float64Array.from(pixelMatrix(matrix, width, height)));
  const address = native.allocate(4 * width * height);
  if (!residual && matrix[1] === 0 && matrix[3] === 0) native.warp_aligned(input, width, height, between, native.allocate(20 * (width + 4)), address);
  else {
    const { rows, columns, displacements } = residual ?? NO_GRID;
    native.warp(input, width, height, between, residual ? native.put(displacements) : 0, rows, columns, native.allocate(16 * columns), address);
  }
  return { ...image, address };
};

const warped: ImageOperation<Geometry> = imageOperation(warpPlaced);

/**
 * Shows an image through a geometry: each pixel of the view takes the source at `toSource` of its centre, interpolated bilinearly;
 * outside its edges the source is mirrored (reflect-101). The view has the image's size.
 *
 * @param image The source; its `valid` mask is not carried on.
 * @param geometry View to source.
 */
export function warp(image: GrayImage, geometry: Geometry): GrayImage {
  return geometry === IDENTITY_GEOMETRY ? image : warped(image, geometry);
}

/** The matrix between pixel indices: pixel i of n has its centre at (2 i + 1) / n - 1. */
function pixelMatrix([a, b, c, d, e, f]: Geometry['matrix'], width: number, height: number): [number, number, number, number, number, number] {
  const halfX = (width - 1) / 2;
  const halfY = (height - 1) / 2;
  const [acrossDown, downAcross] = [(b * width) / height, (d * height) / width];
  return [a, acrossDown, (c * width) / 2 + halfX - a * halfX - acrossDown * halfY, downAcross, e, (f * height) / 2 + halfY - downAcross * halfX - e * halfY];
}
