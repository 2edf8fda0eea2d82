import type { GrayImage } from '@cxr-ifa/tensor';
import { padded } from './padded.ts';

/** Where the kernel ends, in deviations. */
const TRUNCATE = 4;

/**
 * Convolves with a Gaussian, cut at four deviations; the border is mirrored.
 *
 * @param parameters `sigma`, the deviation in pixels.
 * @throws {RangeError} If sigma is not positive.
 */
export function gaussianBlur(image: GrayImage, { sigma }: { readonly sigma: number }): GrayImage {
  if (!(sigma > 0 && sigma < 1000)) throw new RangeError(`Cannot blur an image as sigma must be positive and below 1000: current value is ${sigma}`);
  const radius = Math.max(1, Math.round(TRUNCATE * sigma));
  // One half of the symmetric kernel, from its centre outwards
  const weights = Float64Array.from({ length: radius + 1 }, (_, distance) => Math.exp(-(distance ** 2) / (2 * sigma * sigma)));
  const sum = weights.reduce((total, weight) => total + 2 * weight, -1);
  for (let i = 0; i <= radius; i++) weights[i]! /= sum;
  const centre = weights[0] as number;
  const { width, height } = image;
  const { data, stride } = padded(image, radius, 'reflect101');
  // Row by row and weight by weight, so that memory is read in its order: first down, then across
  const column = new Float64Array(stride);
  const line = new Float64Array(width);
  const output = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const middle = (y + radius) * stride;
    for (let x = 0; x < stride; x++) column[x] = centre * (data[middle + x] as number);
    for (let i = 1; i <= radius; i++) {
      const weight = weights[i] as number;
      for (let x = 0, up = middle - i * stride, down = middle + i * stride; x < stride; x++, up++, down++) column[x]! += weight * ((data[up] as number) + (data[down] as number));
    }
    for (let x = 0; x < width; x++) line[x] = centre * (column[x + radius] as number);
    for (let i = 1; i <= radius; i++) {
      const weight = weights[i] as number;
      for (let x = 0, left = radius - i, right = radius + i; x < width; x++, left++, right++) line[x]! += weight * ((column[left] as number) + (column[right] as number));
    }
    output.set(line, y * width);
  }
  return { data: output, width, height, range: image.range };
}
