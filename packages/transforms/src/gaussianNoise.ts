import { imageOperation, type ImageOperation } from './imageOperation.ts';

export interface GaussianNoiseParameters {
  /** The deviation, on the image's scale. */
  readonly deviation: number;
  /** Which noise: an unsigned 32-bit integer. */
  readonly seed: number;
}

/**
 * Adds independent normal noise to every pixel, clipped to the image's range. The noise is a function of the seed,
 * from a hash that is much cheaper than the generator that drew it: a thousand views a second need a number for each pixel.
 */
export const gaussianNoise: ImageOperation<GaussianNoiseParameters> = imageOperation((native, image, { deviation, seed }) => {
  const length = image.width * image.height;
  const noise = native.allocate(4 * length);
  native.normal_noise(length, seed, noise);
  const address = native.allocate(4 * length);
  native.add_noise(image.address, length, noise, deviation, ...image.range, address);
  return { ...image, address };
});
