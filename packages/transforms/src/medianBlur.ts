import { imageOperation, type ImageOperation } from './imageOperation.ts';

/** The median of each pixel's 3x3 neighbours; the border repeats (OpenCV's `medianBlur`). */
export const medianBlur: ImageOperation<void> = imageOperation((native, image) => {
  const { width, height } = image;
  const padded = native.padImage(image, 1, 'replicate');
  const lines = native.allocate(3 * (4 * (width + 2) + 64));
  const address = native.allocate(4 * width * height);
  native.median_blur(padded, width, height, lines, address);
  return { ...image, address };
});
