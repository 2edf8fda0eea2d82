import type { Rng } from './rng.ts';

/** For an initialisation of which only names, shapes or sizes are wanted: its numbers are the cheapest ones. */
export const noRandomness: Rng = {
  uint32: () => 0,
  uniform: (low = 0) => low,
  integer: () => 0,
  normal: () => 0,
  permutation: (length) => Int32Array.from({ length }, (_, index) => index),
  fork: () => noRandomness,
  state: () => ({ key: [0, 0], counter: 0 }),
};
