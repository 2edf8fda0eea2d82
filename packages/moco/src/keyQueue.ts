import { concat, slice, tensor2d, tidy, type Tensor2D } from '@tensorflow/tfjs-core';
import { assertShape, type Rng } from '@cxr-ifa/tensor';

/**
 * A queue of random unit vectors: the keys that stand in until real ones have come round.
 *
 * @param rng Where the numbers come from.
 * @param queueSize How many keys, K.
 * @param dimension Their length, D.
 * @returns The queue [K, D]; the caller disposes of it.
 */
export function initialiseQueue(rng: Rng, queueSize: number, dimension: number): Tensor2D {
  const values = new Float32Array(queueSize * dimension);
  for (let row = 0; row < queueSize; row++) {
    let squares = 0;
    for (let column = 0; column < dimension; column++) {
      const value = rng.normal();
      values[row * dimension + column] = value;
      squares += value * value;
    }
    const scale = 1 / Math.sqrt(squares);
    for (let column = 0; column < dimension; column++) values[row * dimension + column]! *= scale;
  }
  return tensor2d(values, [queueSize, dimension]);
}

/**
 * Puts a batch of keys where the oldest are.
 *
 * @param queue The queue [K, D]; borrowed.
 * @param pointer The row of the oldest key, a multiple of N.
 * @param keys The new keys [N, D]; N divides K.
 * @returns The new queue, which belongs to the caller, and its pointer.
 * @throws {RangeError} If the batch does not divide the queue, or the pointer is no multiple of the batch.
 */
export function enqueue(queue: Tensor2D, pointer: number, keys: Tensor2D): { queue: Tensor2D; pointer: number } {
  assertShape('enqueue keys', { queue: [queue, ['K', 'D']], keys: [keys, ['N', 'D']] });
  const [size, batch] = [queue.shape[0], keys.shape[0]];
  if (size % batch !== 0) throw new RangeError(`Cannot enqueue keys as the batch must divide the queue: current batch is ${batch}, queue ${size}`);
  if (pointer % batch !== 0 || pointer < 0 || pointer >= size) throw new RangeError(`Cannot enqueue keys as the pointer must be a multiple of the batch inside the queue: current pointer is ${pointer}, batch ${batch}, queue ${size}`);
  const next = pointer + batch;
  return {
    queue: tidy(() => concat([slice(queue, [0, 0], [pointer, -1]), keys, slice(queue, [next, 0], [size - next, -1])])), // [K, D]
    pointer: next % size,
  };
}
