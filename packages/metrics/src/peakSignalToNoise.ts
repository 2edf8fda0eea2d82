import type { GrayImage } from '@cxr-ifa/tensor';
import { imagePair } from './imagePair.ts';

/**
 * Peak signal-to-noise ratio in decibels: 10 log10(extent^2 / mean squared difference), with the extent of the images' `range`. `valid` is not looked at.
 *
 * @param image One image.
 * @param reference The image to compare with, of the same size and range.
 * @returns Decibels; Infinity for equal images.
 * @throws {TypeError} If the sizes differ.
 * @throws {RangeError} If the ranges differ or have no extent, or a pixel is not finite.
 *
 * @example
 * ```ts
 * const decibels = peakSignalToNoise(reconstruction, original);
 * ```
 */
export function peakSignalToNoise(image: GrayImage, reference: GrayImage): number {
  const extent = imagePair('compute PSNR', image, reference);
  let sum = 0;
  for (let pixel = 0; pixel < image.data.length; pixel++) sum += ((image.data[pixel] as number) - (reference.data[pixel] as number)) ** 2;
  return 10 * Math.log10((extent * extent) / (sum / image.data.length));
}
