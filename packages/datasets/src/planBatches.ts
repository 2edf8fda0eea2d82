import type { Rng } from '@cxr-ifa/tensor';

/** One batch's place in training. */
export interface BatchPlan {
  readonly epoch: number;
  /** The images, by index. */
  readonly indices: readonly number[];
}

/** How many whole batches an epoch has; what is left over at its end is dropped, and falls to other images in the next epoch. */
export function stepsPerEpoch(images: number, batchSize: number): number {
  return Math.floor(images / batchSize);
}

/**
 * The batches of training from a step on: each epoch has every image once, in an order of its own.
 * A step's batch is a function of the seed and the step alone, which is what lets a resumed run go on exactly.
 *
 * @param rng Only forked: `order` and the epoch.
 * @param images How many images there are; at least a batch.
 * @param batchSize Images in a batch.
 * @param from The first step, from 0.
 * @param to The step before which to end.
 *
 * @example
 * ```ts
 * for (const { epoch, indices } of planBatches(rng, images.length, 32, 0, 1000)) await step(epoch, indices);
 * ```
 */
export function* planBatches(rng: Rng, images: number, batchSize: number, from: number, to: number): Generator<BatchPlan, void, void> {
  const perEpoch = stepsPerEpoch(images, batchSize);
  let epoch = -1;
  let order = new Int32Array(0);
  for (let step = from; step < to; step++) {
    if (Math.floor(step / perEpoch) !== epoch) {
      epoch = Math.floor(step / perEpoch);
      order = rng.fork('order', epoch).permutation(images) as typeof order;
    }
    const start = (step % perEpoch) * batchSize;
    yield { epoch, indices: [...order.subarray(start, start + batchSize)] };
  }
}
