import { slice, type Tensor } from '@tensorflow/tfjs-core';

/**
 * The images of one part of a batch that is cut into equal parts.
 *
 * @param batch [N, ...]; borrowed.
 * @param part Which part, from 0.
 * @param parts How many there are; divides N.
 * @returns [N / parts, ...], which belongs to the caller; the same data where there is one part.
 */
export function sliceRows<T extends Tensor>(batch: T, part: number, parts: number): T {
  if (parts === 1) return batch.clone() as T;
  const size = (batch.shape[0] as number) / parts;
  return slice(batch, part * size, size) as T;
}
