const IMAGES_A_GROUP = 32;

/**
 * How many batch-norm groups to cut a batch into when nothing was chosen: groups of about 32 images, which is what a device
 * of the method's eight saw, and at least two, without which shuffling the keys would change nothing.
 *
 * @param batchSize Images in a batch, at least 2.
 * @returns The least number of groups, two or more, that divides the batch into groups of at most 32 images.
 * @throws {RangeError} If the batch is smaller than 2.
 */
export function chooseBatchNormGroups(batchSize: number): number {
  if (!(Number.isInteger(batchSize) && batchSize >= 2)) throw new RangeError(`Cannot choose batch-norm groups as a batch must hold at least 2 images: current value is ${batchSize}`);
  let groups = Math.max(2, Math.ceil(batchSize / IMAGES_A_GROUP));
  while (batchSize % groups !== 0) groups++;
  return groups;
}
