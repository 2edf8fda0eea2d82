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
  const across = new Float32Array(width * (height + 2 * radius));
  for (let y = 0, to = 0; y < height + 2 * radius; y++) {
    for (let x = 0, at = y * stride; x < width; x++, at++, to++) {
      let value = 0;
      for (let i = 0; i < weights.length; i++) value += (weights[i] as number) * (data[at + i] as number);
      across[to] = value;
    }
  }
  const output = new Float32Array(width * height);
  for (let at = 0; at < output.length; at++) {
    let value = 0;
    for (let i = 0, from = at; i < weights.length; i++, from += width) value += (weights[i] as number) * (across[from] as number);
    output[at] = value;
  }
  return { data: output, width, height, range: image.range };
}
