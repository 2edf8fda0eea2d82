import { reshape, split, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';

/** Cuts maps [N, H, W, C] into equal runs of images, each as a matrix of one row a position, [M, C]. */
export function intoGroups(maps: Tensor, groups: number): Tensor2D[] {
  const matrix = reshape(maps, [-1, maps.shape[maps.rank - 1] as number]) as Tensor2D; // [N H W, C]
  return groups === 1 ? [matrix] : split(matrix, groups);
}
