import type { PlacedOperation } from './imageOperation.ts';

/** factor x + offset for every pixel, clipped to the image's range. */
export const mapValues: PlacedOperation<{ readonly factor: number; readonly offset: number }> = (native, image, { factor, offset }) => {
  const length = image.width * image.height;
  const address = native.allocate(4 * length);
  native.scale(image.address, length, factor, offset, ...image.range, address);
  return { ...image, address };
};
