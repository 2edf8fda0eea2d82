import { planBatches } from '@cxr-ifa/datasets';
import { viewsFromArrays, type Views } from '@cxr-ifa/moco';
import type { Encoder, Rng } from '@cxr-ifa/tensor';
import { makeViews, type GridSize } from '@cxr-ifa/transforms';
import type { RunPlan } from './run.ts';
import { termsOf } from './termsOf.ts';

/** Batches of a run from a step on: the same whenever they are made. Their tensors belong to the consumer. */
export async function* viewBatches({ settings, preprocessing: { imageSize, normalisation }, images }: RunPlan, { encoder, pixels, rng, from }: { readonly encoder: Encoder; readonly pixels: Float32Array; readonly rng: Rng; readonly from: number }): AsyncGenerator<Views, void, void> {
  const { augment, batchSize, steps, ifa } = settings;
  const size = imageSize ** 2;
  const grids = ifa === 'aligned' ? gridsOf(encoder, termsOf(settings).map(({ stage }) => stage), imageSize) : undefined;
  for (const { epoch, indices } of planBatches(rng, images, batchSize, from, steps)) {
    const arrays = makeViews({ indices, pixelsOf: (index) => pixels.subarray(index * size, (index + 1) * size), imageSize, epoch, rng, augment, query: 'augmented', normalisation, grids });
    yield viewsFromArrays(arrays, { batchSize, imageSize, grids });
  }
}

function gridsOf({ stages }: Encoder, wanted: readonly string[], imageSize: number): Record<string, GridSize> {
  return Object.fromEntries(stages.filter(({ name }) => wanted.includes(name)).map(({ name, stride }) => [name, { height: imageSize / stride, width: imageSize / stride }]));
}
