import type { CompleteOptions } from './momentumContrastOptions.ts';

/** The order in which the keys of a step's batch are grouped for batch-norm: a permutation of its own, or the batch's own order where keys are not shuffled. */
export function keyOrder({ rng, shuffleKeys }: Pick<CompleteOptions, 'rng' | 'shuffleKeys'>, step: number, batch: number): Int32Array {
  return shuffleKeys ? rng.fork('shuffle', step).permutation(batch) : Int32Array.from({ length: batch }, (_, image) => image);
}
