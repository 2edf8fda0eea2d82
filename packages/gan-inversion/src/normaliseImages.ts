import { add, div, sub, type Tensor4D } from '@tensorflow/tfjs-core';

/** The pixels that an encoder is used to. */
export interface Normalisation {
  /** What is subtracted from images of 0 to 1. */
  readonly mean: number;
  /** What they are divided by. */
  readonly std: number;
}

/** Images of a generator, from -1 to 1, as an encoder is used to them; those of 0 to 1 by default. */
export function normaliseImages(images: Tensor4D, { mean, std }: Normalisation = { mean: 0, std: 1 }): Tensor4D {
  return div(sub(div(add(images, 1), 2), mean), std);
}
