import type { GrayImage } from '@cxr-ifa/tensor';
import { LEVELS } from './levels.ts';
import { reflect101 } from './reflect101.ts';

/** Where each pixel of a row came from, in 32nds of a pixel. */
export type SourceRow = (row: number, x: Int32Array, y: Int32Array) => void;

/** Shows 8-bit levels through a map, as OpenCV's `remap` does: places in 32nds of a pixel, weights and sums in whole numbers, the border mirrored. */
export function warpLevels({ data, width, height }: GrayImage, sourceRow: SourceRow): GrayImage {
  const output = new Float32Array(width * height);
  const xs = new Int32Array(width);
  const ys = new Int32Array(width);
  for (let row = 0, to = 0; row < height; row++) {
    sourceRow(row, xs, ys);
    for (let column = 0; column < width; column++, to++) {
      const left = (xs[column] as number) >> 5;
      const top = (ys[column] as number) >> 5;
      const across = (xs[column] as number) & 31;
      const down = (ys[column] as number) & 31;
      const inside = left >= 0 && left < width - 1 && top >= 0 && top < height - 1;
      const x0 = inside ? left : reflect101(left, width);
      const x1 = inside ? left + 1 : reflect101(left + 1, width);
      const y0 = (inside ? top : reflect101(top, height)) * width;
      const y1 = inside ? y0 + width : reflect101(top + 1, height) * width;
      const upper = (32 - across) * (data[y0 + x0] as number) + across * (data[y0 + x1] as number);
      const lower = (32 - across) * (data[y1 + x0] as number) + across * (data[y1 + x1] as number);
      output[to] = ((32 - down) * upper + down * lower + 512) >> 10;
    }
  }
  return { data: output, width, height, range: LEVELS };
}
