import type { Geometry, GrayImage, Rng } from '@cxr-ifa/tensor';
import type { AugmentationStep } from './augmentationStep.ts';
import { composeGeometry, IDENTITY_GEOMETRY } from './composeGeometry.ts';
import type { View } from './createAugmentation.ts';
import { drawOperation } from './drawOperation.ts';
import { drawSteps } from './drawSteps.ts';
import { kernels, type Kernels, type PlacedImage } from './kernels.ts';
import { unchanged } from './unchanged.ts';
import { warpPlaced } from './warp.ts';

/** Applies steps to an image of 0..1, which stays in the kernels' memory from the first to the last; geometric ones that follow one another are sampled once. */
export function augmentFloats(steps: readonly AugmentationStep[], image: GrayImage, rng: Rng, into?: Float32Array): View {
  const operations: View['operations'][number][] = [];
  const native = kernels();
  let current: PlacedImage | undefined;
  const run = (operation: (native: Kernels, image: PlacedImage) => PlacedImage): void => {
    current = native.keep(operation(native, current ?? native.place(image)));
  };
  const warpBy = (geometry: Geometry): void => {
    if (geometry !== IDENTITY_GEOMETRY) run((_, placed) => warpPlaced(native, placed, geometry));
  };
  let geometry = IDENTITY_GEOMETRY;
  let pending = IDENTITY_GEOMETRY;
  for (const operation of drawSteps(steps, rng)) {
    operations.push(operation.operation);
    const drawn = drawOperation(operation, image, rng);
    if ('geometry' in drawn) pending = composeGeometry(pending, drawn.geometry);
    else {
      warpBy(pending);
      run(drawn.apply);
      geometry = composeGeometry(geometry, pending);
      pending = IDENTITY_GEOMETRY;
    }
  }
  warpBy(pending);
  return { image: current ? native.take(current, into) : unchanged(image, into), geometry: composeGeometry(geometry, pending), operations };
}
