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
      const a = data[at] as number;
      const b = data[at + stride] as number;
      const c = data[at + 2 * stride] as number;
      low[x] = smaller(smaller(a, b), c);
      middle[x] = median(a, b, c);
      high[x] = larger(larger(a, b), c);
    }
    for (let x = 0; x < width; x++, to++) {
      output[to] = median(
        larger(larger(low[x] as number, low[x + 1] as number), low[x + 2] as number),
        median(middle[x] as number, middle[x + 1] as number, middle[x + 2] as number),
        smaller(smaller(high[x] as number, high[x + 1] as number), high[x + 2] as number),
      );
    }
  }
  return { data: output, width, height, range: image.range };
}

function median(a: number, b: number, c: number): number {
  return larger(smaller(a, b), smaller(larger(a, b), c));
}

// Half the cost of Math.min and Math.max, which also look after NaN and -0
function smaller(a: number, b: number): number {
  return a < b ? a : b;
}

function larger(a: number, b: number): number {
  return a > b ? a : b;
}
