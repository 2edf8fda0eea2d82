import type { Tensor4D } from '@tensorflow/tfjs-core';

/** Two views of the same images, row by row: [N, H, W, C] each, normalised as the encoder expects. */
export interface Views {
  readonly query: Tensor4D;
  readonly key: Tensor4D;
}
