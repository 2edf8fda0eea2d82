import type { GrayImage } from '@cxr-ifa/tensor';
import { imagePair } from './imagePair.ts';
import { localSimilarity, WINDOW_SIZE } from './localSimilarity.ts';

/**
 * Structural similarity (SSIM) with the published window and constants: Gaussian of sigma 1.5 over 11 x 11 pixels, population variances, K1 0.01, K2 0.03.
 * Windows that leave the image do not count. `valid` is not looked at. It depends on the size of the images: compare at one size only.
 *
 * @param image One image, at least 11 pixels wide and high.
 * @param reference The image to compare with, of the same size and range.
 * @returns At most 1, for equal images.
 * @throws {TypeError} If the sizes differ.
 * @throws {RangeError} If the images are too small, the ranges differ or have no extent, or a pixel is not finite.
 *
 * @example
 * ```ts
 * const similarity = structuralSimilarity(reconstruction, original);
 * ```
 * @see Wang et al. 2004, Image quality assessment: from error visibility to structural similarity
 */
export function structuralSimilarity(image: GrayImage, reference: GrayImage): number {
  const extent = imagePair('compute SSIM', image, reference);
  const { width, height } = image;
  if (Math.min(width, height) < WINDOW_SIZE) throw new RangeError(`Cannot compute SSIM as images must be at least ${WINDOW_SIZE} pixels wide and high: current size is ${width} x ${height}`);
  return localSimilarity(image, reference, extent).similarity;
}
