import type { Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import type { Parameters } from './encoder.ts';
import type { Rng } from './rng.ts';

/** How a generator draws an image from latents. */
export interface SynthesiseOptions {
  /** One map for each of `noiseShapes`, [N, H, W, 1], or [1, H, W, 1] for the same in every image; without it no noise is added. */
  readonly noise?: readonly Tensor4D[];
}

/**
 * A style-based image generator as a value: z is mapped to w, and one w for each layer, w+, is drawn as an image.
 * Whoever takes a generator takes this and never a particular architecture.
 */
export interface Generator {
  /** Side of the images in pixels. */
  readonly resolution: number;
  readonly imageChannels: 1 | 3;
  /** Size of z and of w, D. */
  readonly latentSize: number;
  /** How many w's an image is drawn from, L. */
  readonly styles: number;
  /** Height and width of the noise maps, from the first layer to the last. */
  readonly noiseShapes: readonly (readonly [height: number, width: number])[];
  /** Makes the parameters, which belong to the caller. */
  initialise(rng: Rng): Parameters;
  /** z [N, D] to w [N, D]; borrows everything it is given. */
  map(parameters: Parameters, z: Tensor2D): Tensor2D;
  /** w+ [N, L, D] to images [N, resolution, resolution, imageChannels], about -1 (black) to 1 (white); borrows everything it is given. */
  synthesise(parameters: Parameters, latents: Tensor3D, options?: SynthesiseOptions): Tensor4D;
}
