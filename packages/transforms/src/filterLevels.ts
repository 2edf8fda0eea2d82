import type { GrayImage } from '@cxr-ifa/tensor';
import { LEVELS } from './levels.ts';
import { padded } from './padded.ts';
import { roundHalfEven } from './roundHalfEven.ts';

/** A square kernel of odd size, row by row. */
export interface Kernel {
  readonly size: number;
  readonly weights: Float32Array;
}

/** Correlates 8-bit levels with a kernel and rounds, the border mirrored: OpenCV's `filter2D`, which adds up in float32 with fused multiply-adds. */
export function filterLevels(image: GrayImage, { size, weights }: Kernel): GrayImage {
  const { width, height } = image;
  const radius = (size - 1) / 2;
  const { data, stride } = padded(image, radius, 'reflect101');
  const taps = [...weights.entries()].filter(([, weight]) => weight !== 0).map(([index, weight]) => ({ offset: Math.floor(index / size) * stride + (index % size), weight }));
  const line = new Float32Array(width);
  const output = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    line.fill(0);
    for (const { offset, weight } of taps) {
      for (let x = 0, from = y * stride + offset; x < width; x++, from++) line[x] = (line[x] as number) + weight * (data[from] as number);
    }
    for (let x = 0; x < width; x++) output[y * width + x] = Math.min(Math.max(roundHalfEven(line[x] as number), 0), 255);
  }
  return { data: output, width, height, range: LEVELS };
}
