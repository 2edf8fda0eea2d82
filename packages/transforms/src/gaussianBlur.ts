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
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, index) => Math.exp(-((index - radius) ** 2) / (2 * sigma * sigma)));
  const sum = weights.reduce((total, weight) => total + weight);
  for (let i = 0; i < weights.length; i++) weights[i]! /= sum;
  const { width, height } = image;
  const { data, stride } = padded(image, radius, 'reflect101');
  // Row by row and weight by weight, so that memory is read in its order: first down, then across
  const column = new Float64Array(stride);
  const line = new Float64Array(width);
  const output = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    column.fill(0);
    for (let i = 0; i < weights.length; i++) {
      const weight = weights[i] as number;
      const from = (y + i) * stride;
      for (let x = 0; x < stride; x++) column[x]! += weight * (data[from + x] as number);
    }
    line.fill(0);
    for (let i = 0; i < weights.length; i++) {
      const weight = weights[i] as number;
      for (let x = 0; x < width; x++) line[x]! += weight * (column[x + i] as number);
    }
    output.set(line, y * width);
  }
  return { data: output, width, height, range: image.range };
}
