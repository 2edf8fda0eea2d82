import type { GrayImage, Rng } from '@cxr-ifa/tensor';
import type { AugmentationStep } from './augmentationStep.ts';
import { composeGeometry, IDENTITY_GEOMETRY } from './composeGeometry.ts';
import type { View } from './createAugmentation.ts';
import { drawLevelOperation } from './drawLevelOperation.ts';
import { drawSteps } from './drawSteps.ts';
import { unchanged } from './unchanged.ts';
import { fromLevels, toLevels } from './levels.ts';

/** Applies steps to an image that is rounded to 8 bits first, and again after each of them. */
export function augmentLevels(steps: readonly AugmentationStep[], image: GrayImage, rng: Rng, into?: Float32Array): View {
  const operations: View['operations'][number][] = [];
  let levels: GrayImage | undefined;
  let geometry = IDENTITY_GEOMETRY;
  for (const operation of drawSteps(steps, rng)) {
    operations.push(operation.operation);
    const drawn = drawLevelOperation(operation, image, rng);
    levels = drawn.apply(levels ?? toLevels(image));
    if (drawn.geometry) geometry = composeGeometry(geometry, drawn.geometry);
  }
  return { image: levels ? fromLevels(levels, into) : unchanged(image, into), geometry, operations };
}
