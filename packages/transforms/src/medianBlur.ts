import type { GrayImage } from '@cxr-ifa/tensor';
import { padded } from './padded.ts';

/** The median of each pixel's 3x3 neighbours; the border repeats (OpenCV's `medianBlur`). */
export function medianBlur(image: GrayImage): GrayImage {
  const { width, height } = image;
  const { data, stride } = padded(image, 1, 'replicate');
  const output = new Float32Array(width * height);
  // Each column of three is sorted once and serves three pixels: the median of nine is the median of
  // the largest of the three minima, the median of the three medians, and the smallest of the three maxima
  const low = new Float32Array(stride);
  const middle = new Float32Array(stride);
  const high = new Float32Array(stride);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0, at = y * stride; x < stride; x++, at++) {
      const [a, b, c] = [data[at] as number, data[at + stride] as number, data[at + 2 * stride] as number];
      low[x] = Math.min(a, b, c);
      middle[x] = median(a, b, c);
      high[x] = Math.max(a, b, c);
    }
    for (let x = 0; x < width; x++, to++) {
      output[to] = median(
        Math.max(low[x] as number, low[x + 1] as number, low[x + 2] as number),
        median(middle[x] as number, middle[x + 1] as number, middle[x + 2] as number),
        Math.min(high[x] as number, high[x + 1] as number, high[x + 2] as number),
      );
    }
  }
  return { data: output, width, height, range: image.range };
}

function median(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
