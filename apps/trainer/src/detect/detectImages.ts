import type { Preprocessing } from '@cxr-ifa/checkpoint';
import { detectObjects, type Detections, type Detector, type SelectDetectionsOptions } from '@cxr-ifa/heads/detection';
import type { Parameters, Statistics } from '@cxr-ifa/tensor';
import { imageBatches } from '../encode/imageBatches.ts';
import type { ImageCache } from '../input/imageCache.ts';
import type { Terminal } from '../terminal.ts';

/** What finds objects. */
export interface DetectorModel {
  readonly detector: Detector;
  readonly parameters: Parameters;
  readonly statistics: Statistics;
  readonly preprocessing: Preprocessing;
}

/** Finds the objects in prepared images, in the order of `indices`. */
export async function detectImages({ detector, parameters, statistics, preprocessing }: DetectorModel, indices: readonly number[], { cache, batchSize, terminal, ...options }: SelectDetectionsOptions & { readonly cache: ImageCache; readonly batchSize: number; readonly terminal: Terminal }): Promise<Detections[]> {
  const found: Detections[] = [];
  const progress = terminal.progress('Detecting', indices.length, 'images');
  try {
    for await (const images of imageBatches(cache, indices, { normalisation: preprocessing.normalisation, batchSize, onBatch: (done) => progress.update(done) })) {
      found.push(...(await detectObjects(detector, parameters, statistics, images, options)));
    }
  } finally {
    progress.finish();
  }
  return found;
}
