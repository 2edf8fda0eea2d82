import type { PlacedOperation } from './imageOperation.ts';

/** A pixel beside the one that is computed, and what it counts. */
export interface Tap {
  readonly dx: number;
  readonly dy: number;
  readonly weight: number;
}

/** Adds up weighted neighbours of each pixel, clipped to the image's range; the border is mirrored. */
export const filterTaps: PlacedOperation<readonly Tap[]> = (native, image, taps) => {
  const { width, height, range } = image;
  const radius = Math.max(...taps.map(({ dx, dy }) => Math.max(Math.abs(dx), Math.abs(dy))));
  const stride = width + 2 * radius;
  const padded = native.padImage(image, radius, 'reflect101');
  const offsets = native.put(Int32Array.from(taps, ({ dx, dy }) => (dy + radius) * stride + dx + radius));
  const weights = native.put(Float32Array.from(taps, ({ weight }) => weight));
  const address = native.allocate(4 * width * height);
  native.filter(padded, width, height, stride, offsets, weights, taps.length, ...range, address);
  return { ...image, address };
};
