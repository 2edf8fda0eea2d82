import type { GrayImage } from '@cxr-ifa/tensor';
import { reflect101 } from './reflect101.ts';

/** An image with a border around it, for filters without a test at each pixel. */
export interface Padded {
  readonly data: Float32Array;
  /** From one row to the next. */
  readonly stride: number;
}

/** Adds a border of `radius` pixels, mirrored (`reflect101`) or repeating the outermost pixels (`replicate`). */
export function padded({ data, width, height }: GrayImage, radius: number, border: 'reflect101' | 'replicate'): Padded {
  const stride = width + 2 * radius;
  const output = new Float32Array(stride * (height + 2 * radius));
  const source = (index: number, length: number): number => (border === 'reflect101' ? reflect101(index, length) : Math.min(Math.max(index, 0), length - 1));
  for (let y = -radius; y < height + radius; y++) {
    const from = source(y, height) * width;
    const to = (y + radius) * stride + radius;
    output.set(data.subarray(from, from + width), to);
    for (let x = -radius; x < 0; x++) output[to + x] = data[from + source(x, width)] as number;
    for (let x = width; x < width + radius; x++) output[to + x] = data[from + source(x, width)] as number;
  }
  return { data: output, stride };
}
