import type { GrayImage } from '@cxr-ifa/tensor';
import { imagePair } from './imagePair.ts';
import { localSimilarity, WINDOW_SIZE, type Plane } from './localSimilarity.ts';

/** The published exponents, from the finest scale to the coarsest. */
const EXPONENTS = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];
/** The least width and height of images for {@link multiscaleStructuralSimilarity}, in pixels: its window at the coarsest scale. */
export const MULTISCALE_LEAST_SIZE: number = WINDOW_SIZE * 2 ** (EXPONENTS.length - 1);

/** The mean of 2 x 2 pixels; a last odd row or column is dropped. */
function halve({ data, width, height }: Plane): Plane {
  const [halfWidth, halfHeight] = [Math.floor(width / 2), Math.floor(height / 2)];
  const at = (x: number, y: number): number => data[y * width + x] as number;
  const half = Float64Array.from({ length: halfWidth * halfHeight }, (_, pixel) => {
    const [x, y] = [2 * (pixel % halfWidth), 2 * Math.floor(pixel / halfWidth)];
    return (at(x, y) + at(x + 1, y) + at(x, y + 1) + at(x + 1, y + 1)) / 4;
  });
  return { data: half, width: halfWidth, height: halfHeight };
}

/**
 * Multi-scale structural similarity (MS-SSIM): the product over five scales, each half the size of the one before, of the mean contrast and structure,
 * and at the coarsest of the mean SSIM, with the published exponents. A mean below 0, of images that are opposite, counts as 0. `valid` is not looked at.
 *
 * @param image One image, at least 176 pixels wide and high.
 * @param reference The image to compare with, of the same size and range.
 * @returns From 0 to 1, for equal images.
 * @throws {TypeError} If the sizes differ.
 * @throws {RangeError} If the images are too small, the ranges differ or have no extent, or a pixel is not finite.
 *
 * @example
 * ```ts
 * const similarity = multiscaleStructuralSimilarity(reconstruction, original);
 * ```
 * @see Wang, Simoncelli and Bovik 2003, Multiscale structural similarity for image quality assessment
 */
export function multiscaleStructuralSimilarity(image: GrayImage, reference: GrayImage): number {
  const extent = imagePair('compute MS-SSIM', image, reference);
  const { width, height } = image;
  if (Math.min(width, height) < MULTISCALE_LEAST_SIZE) throw new RangeError(`Cannot compute MS-SSIM as images must be at least ${MULTISCALE_LEAST_SIZE} pixels wide and high: current size is ${width} x ${height}`);
  let [a, b]: [Plane, Plane] = [image, reference];
  return EXPONENTS.reduce((product, exponent, scale) => {
    if (scale > 0) [a, b] = [halve(a), halve(b)];
    const { similarity, contrastStructure } = localSimilarity(a, b, extent);
    return product * Math.max(0, scale === EXPONENTS.length - 1 ? similarity : contrastStructure) ** exponent;
  }, 1);
}
