import type { Box, GrayImage } from '@cxr-ifa/tensor';

/** The part of an image that is no padding. */
export interface Content {
  /** Without the rows and columns of one colour at the edges. */
  readonly box: Box;
  /** The values inside it that the file does not mark as padding. */
  readonly values: Float32Array;
}

/** How far the values of a padded line may lie apart, as a share of the format's range: what JPEG does to a plain edge. */
const TOLERANCE = 0.012;

/** Finds what is inside the plain borders of an image; an image of one colour has nothing inside. */
export function findContent({ data, width, height, range, valid }: GrayImage): Content {
  const tolerance = TOLERANCE * (range[1] - range[0]);
  const isPlain = (start: number, step: number, count: number): boolean => {
    let [lowest, highest] = [Infinity, -Infinity];
    for (let index = start, n = 0; n < count; n++, index += step) {
      if (valid && !valid[index]) continue;
      lowest = Math.min(lowest, data[index] as number);
      highest = Math.max(highest, data[index] as number);
      if (highest - lowest > tolerance) return false;
    }
    return true;
  };
  let [top, bottom, left, right] = [0, height, 0, width];
  while (top < bottom && isPlain(top * width, 1, width)) top++;
  while (bottom > top && isPlain((bottom - 1) * width, 1, width)) bottom--;
  while (left < right && isPlain(top * width + left, width, bottom - top)) left++;
  while (right > left && isPlain(top * width + right - 1, width, bottom - top)) right--;

  const values = new Float32Array((right - left) * (bottom - top));
  let count = 0;
  for (let row = top; row < bottom; row++) {
    for (let index = row * width + left; index < row * width + right; index++) if (!valid || valid[index]) values[count++] = data[index] as number;
  }
  return { box: [left, top, right - left, bottom - top], values: values.subarray(0, count) };
}
