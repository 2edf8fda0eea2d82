import type { GrayImage } from '@cxr-ifa/tensor';
import { resize } from './resize.ts';

/** What becomes of an image's aspect when it is made square: it is stretched, its shorter side is padded with black, or its longer side is cut on both ends. */
export type Aspect = 'stretch' | 'pad' | 'crop';

/**
 * Resizes an image to a square, with the antialiasing of {@link resize}.
 *
 * @param image The image. Clip it first where it has padding of its own: a `valid` mask is not carried on.
 * @param size The side of the square in pixels.
 * @param options What becomes of the aspect: `stretch` is the method's own, `pad` keeps all of the image and its shape, `crop` keeps its shape and centre.
 * @throws {RangeError} If the size is not a positive integer.
 *
 * @example
 * ```ts
 * const square = resizeToSquare(clipPercentile(radiograph, [0, 99]), 224, { aspect: 'pad' });
 * ```
 */
export function resizeToSquare(image: GrayImage, size: number, { aspect }: { readonly aspect: Aspect }): GrayImage {
  if (aspect === 'stretch' || image.width === image.height) return resize(image, size);
  if (aspect === 'crop') return resize(cropCentre(image, Math.min(image.width, image.height)), size);
  const longer = Math.max(image.width, image.height);
  const [width, height] = [image.width, image.height].map((side) => Math.max(1, Math.round((side * size) / longer))) as [number, number];
  return padToSquare(resize(image, width, height), size);
}

function cropCentre({ data, width, height, range }: GrayImage, side: number): GrayImage {
  const [left, top] = [Math.floor((width - side) / 2), Math.floor((height - side) / 2)];
  const cropped = new Float32Array(side * side);
  for (let row = 0; row < side; row++) cropped.set(data.subarray((top + row) * width + left, (top + row) * width + left + side), row * side);
  return { data: cropped, width: side, height: side, range };
}

function padToSquare({ data, width, height, range }: GrayImage, size: number): GrayImage {
  const [left, top] = [Math.floor((size - width) / 2), Math.floor((size - height) / 2)];
  const padded = new Float32Array(size * size).fill(range[0]);
  for (let row = 0; row < height; row++) padded.set(data.subarray(row * width, (row + 1) * width), (top + row) * size + left);
  return { data: padded, width: size, height: size, range };
}
