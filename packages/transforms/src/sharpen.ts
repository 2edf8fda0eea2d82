import type { GrayImage } from '@cxr-ifa/tensor';
import { padded } from './padded.ts';

export interface SharpenParameters {
  /** How much of the sharpened image is mixed in, 0 to 1. */
  readonly alpha: number;
  /** What the sharpening kernel sums to: 1 keeps the brightness. */
  readonly lightness: number;
}

/**
 * (1 - alpha) x + alpha ((8 + lightness) x - the sum of the eight neighbours), clipped to the image's range; the border is mirrored (albumentations' Sharpen).
 */
export function sharpen(image: GrayImage, { alpha, lightness }: SharpenParameters): GrayImage {
  const { width, height, range } = image;
  const [low, high] = range;
  const { data, stride } = padded(image, 1, 'reflect101');
  const output = new Float32Array(width * height);
  const centre = 1 - alpha + alpha * (9 + lightness); // 9: the sum below includes the centre
  const columns = new Float64Array(stride); // sums of three, each used three times
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0, at = y * stride; x < stride; x++, at++) columns[x] = (data[at] as number) + (data[at + stride] as number) + (data[at + 2 * stride] as number);
    for (let x = 0, at = (y + 1) * stride + 1; x < width; x++, at++, to++) {
      const sum = (columns[x] as number) + (columns[x + 1] as number) + (columns[x + 2] as number);
      output[to] = Math.min(Math.max(centre * (data[at] as number) - alpha * sum, low), high);
    }
  }
  return { data: output, width, height, range };
}
