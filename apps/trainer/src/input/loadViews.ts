import { planBatches } from '@cxr-ifa/datasets';
import { viewsFromArrays, type Views } from '@cxr-ifa/moco';
import type { Rng } from '@cxr-ifa/tensor';
import type { ViewOptions } from '@cxr-ifa/transforms';
import type { ImageCache } from './imageCache.ts';
import { mapInOrder } from './mapInOrder.ts';
import type { WorkerPool } from './workerPool.ts';

/** What {@link loadViews} works with. */
export interface LoadViewsOptions extends ViewOptions {
  readonly cache: ImageCache;
  readonly pool: WorkerPool;
  /** Only forked: `order` and the epoch for the batches, `view`, the epoch and the image for the views. */
  readonly rng: Rng;
  readonly batchSize: number;
  /** The first step, from 0. */
  readonly from: number;
  /** The step before which to end. */
  readonly to: number;
}

/**
 * Batches of two views, made in the pool's threads ahead of the step that uses them: one batch a thread and one more wait at the most.
 * The batches are the same whatever the number of threads.
 *
 * @returns Batches [N, H, W, 1] in order, aligned on the grids that were asked for; their tensors belong to the consumer.
 */
export async function* loadViews({ cache, pool, rng, batchSize, from, to, ...options }: LoadViewsOptions): AsyncGenerator<Views, void, void> {
  const { imageSize } = cache.manifest.preparation;
  const plans = planBatches(rng, cache.manifest.images.length, batchSize, from, to);
  const batches = mapInOrder(
    plans,
    ({ epoch, indices }) => pool.run('views', { ...options, imageSize, epoch, rngState: rng.state(), images: indices.map((index) => ({ index, ...cache.locate(index) })) }),
    pool.size === 0 ? 0 : pool.size + 1,
  );
  for await (const arrays of batches) yield viewsFromArrays(arrays, { batchSize, imageSize, grids: options.grids });
}
