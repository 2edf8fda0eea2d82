import type { GrayImage } from '@cxr-ifa/tensor';

/**
 * Resizes with a triangle filter that widens when shrinking, so that nothing aliases: Pillow's `BILINEAR`
 * and PyTorch's `interpolate(mode='bilinear', antialias=True)`. The aspect is not kept, as the method's own resize does not.
 * A `valid` mask is not carried on: clip first, which turns padding to black.
 *
 * @param image The image.
 * @param width The new width in pixels.
 * @param height The new height in pixels.
 * @throws {RangeError} If the new size is not of positive integers.
 */
export function resize(image: GrayImage, width: number, height: number = width): GrayImage {
  if (!(Number.isInteger(width) && width > 0 && Number.isInteger(height) && height > 0)) throw new RangeError(`Cannot resize an image as its new size must be of positive integers: current value is ${width}x${height}`);
  const { valid: _, ...rest } = image;
  if (width === image.width && height === image.height) return rest;
  const across = resampleRows(image.data, image.height, image.width, filterOf(image.width, width));
  const data = resampleColumns(across, width, filterOf(image.height, height));
  return { ...rest, data, width, height };
}

/** For each output sample, where its inputs start and their weights, `taps` of them in a row. */
interface Filter {
  readonly starts: Int32Array;
  readonly weights: Float64Array;
  readonly taps: number;
}

function filterOf(from: number, to: number): Filter {
  const scale = from / to;
  const support = Math.max(scale, 1);
  const taps = Math.min(from, 2 * Math.ceil(support) + 1);
  const starts = new Int32Array(to);
  const weights = new Float64Array(to * taps);
  for (let index = 0; index < to; index++) {
    const centre = (index + 0.5) * scale;
    const start = Math.min(Math.max(0, Math.floor(centre - support + 0.5)), from - taps);
    starts[index] = start;
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) {
      const weight = Math.max(0, 1 - Math.abs((start + tap + 0.5 - centre) / support));
      weights[index * taps + tap] = weight;
      sum += weight;
    }
    for (let tap = 0; tap < taps; tap++) weights[index * taps + tap]! /= sum;
  }
  return { starts, weights, taps };
}

function resampleRows(data: Float32Array, rows: number, width: number, { starts, weights, taps }: Filter): Float32Array {
  const output = new Float32Array(rows * starts.length);
  let to = 0;
  for (let row = 0; row < rows; row++) {
    for (let index = 0; index < starts.length; index++) {
      const from = row * width + (starts[index] as number);
      let sum = 0;
      for (let tap = 0; tap < taps; tap++) sum += (weights[index * taps + tap] as number) * (data[from + tap] as number);
      output[to++] = sum;
    }
  }
  return output;
}

/** Whole rows are added up, so that memory is read in its order. */
function resampleColumns(data: Float32Array, width: number, { starts, weights, taps }: Filter): Float32Array {
  const output = new Float32Array(width * starts.length);
  const sums = new Float64Array(width);
  for (let index = 0; index < starts.length; index++) {
    sums.fill(0);
    for (let tap = 0; tap < taps; tap++) {
      const weight = weights[index * taps + tap] as number;
      if (weight === 0) continue;
      const from = ((starts[index] as number) + tap) * width;
      for (let column = 0; column < width; column++) sums[column]! += weight * (data[from + column] as number);
    }
    output.set(sums, index * width);
  }
  return output;
}
