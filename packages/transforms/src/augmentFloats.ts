import type { GrayImage, Rng } from '@cxr-ifa/tensor';
import type { AugmentationStep } from './augmentationStep.ts';
import { composeGeometry, IDENTITY_GEOMETRY } from './composeGeometry.ts';
import type { View } from './createAugmentation.ts';
import { drawOperation } from './drawOperation.ts';
import { drawSteps } from './drawSteps.ts';
import { warp } from './warp.ts';

/** Applies steps to an image of 0..1; geometric ones that follow one another are sampled once. */
export function augmentFloats(steps: readonly AugmentationStep[], image: GrayImage, rng: Rng): View {
  const operations: View['operations'][number][] = [];
  let current = image;
  let geometry = IDENTITY_GEOMETRY;
  let pending = IDENTITY_GEOMETRY;
  for (const operation of drawSteps(steps, rng)) {
    operations.push(operation.operation);
    const drawn = drawOperation(operation, image, rng);
    if ('geometry' in drawn) pending = composeGeometry(pending, drawn.geometry);
    else {
      geometry = composeGeometry(geometry, pending);
      current = drawn.apply(warp(current, pending));
      pending = IDENTITY_GEOMETRY;
    }
  }
  return { image: warp(current, pending), geometry: composeGeometry(geometry, pending), operations };
}
