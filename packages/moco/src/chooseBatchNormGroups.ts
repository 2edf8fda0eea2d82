const IMAGES_A_GROUP = 32;

/**
 * How many batch-norm groups to cut a batch into when nothing was chosen: groups of about 32 images, which is what a device
 * of the method's eight saw, and at least two, without which shuffling the keys would change nothing.
 *
 * @param batchSize Images in a batch, at least 2.
 * @param microBatches Into how many micro-batches it is cut, each of whole groups; divides the batch.
 * @returns The least number of groups, two or more and a multiple of the micro-batches, that divides the batch into groups of at most 32 images.
 * @throws {RangeError} If the batch is smaller than 2, or no multiple of its micro-batches.
 */
export function chooseBatchNormGroups(batchSize: number, microBatches = 1): number {
  if (!(Number.isInteger(batchSize) && batchSize >= 2)) throw new RangeError(`Cannot choose batch-norm groups as a batch must hold at least 2 images: current value is ${batchSize}`);
  if (batchSize % microBatches !== 0) throw new RangeError(`Cannot choose batch-norm groups as the micro-batches must divide the batch: current values are ${microBatches} and ${batchSize}`);
  let groups = Math.max(2, Math.ceil(batchSize / IMAGES_A_GROUP));
  while (batchSize % groups !== 0 || groups % microBatches !== 0) groups++;
  return groups;
}
