import { InputError } from '@cxr-ifa/tensor';

/** One run of a mask: pixels in the order of the columns, each from top to bottom. */
export interface Run {
  readonly start: number;
  readonly length: number;
}

/**
 * The runs of a mask as SIIM-ACR writes it: pairs of how many pixels to skip after the last run, and how many are in the mask, column by column.
 * (Most other competitions write absolute starts that count from 1.) `-1` is an empty mask.
 *
 * @param encoded Whole numbers with blanks between them.
 * @param pixels How many pixels the mask has.
 * @throws {InputError} If it is no such text, or a run goes beyond the mask.
 */
export function parseRuns(encoded: string, pixels: number): Run[] {
  const text = encoded.trim();
  if (text === '-1') return [];
  if (!/^\d+( +\d+)*$/.test(text)) throw new InputError(`Cannot decode a mask as it must be -1, or whole numbers with blanks between them: current value is ${text.slice(0, 40) || 'blank'}`);
  const numbers = text.split(/ +/).map(Number);
  if (numbers.length % 2 !== 0) throw new InputError(`Cannot decode a mask as it must be of pairs: current number of values is ${numbers.length}`);
  const runs: Run[] = [];
  let position = 0;
  for (let index = 0; index < numbers.length; index += 2) {
    const [start, length] = [position + (numbers[index] as number), numbers[index + 1] as number];
    position = start + length;
    if (position > pixels) throw new InputError(`Cannot decode a mask as its runs must end within ${pixels} pixels: run ${index / 2 + 1} ends at ${position}`);
    if (length > 0) runs.push({ start, length });
  }
  return runs;
}

/**
 * Decodes a mask of SIIM-ACR Pneumothorax.
 *
 * @param encoded A cell of `EncodedPixels`; -1 is an empty mask.
 * @param width The image's width in pixels; the publisher's are 1024.
 * @param height Its height.
 * @returns 1 in the mask and 0 elsewhere, [height, width], row by row.
 * @throws {InputError} If it is no such text, or a run goes beyond the image.
 * @throws {RangeError} If the size is not of positive integers, or of more than 100 megapixels.
 *
 * @example
 * ```ts
 * decodeRunLength('1 2 3 1', 3, 3); // the first column's second and third pixel, and the last column's first
 * ```
 */
export function decodeRunLength(encoded: string, width: number, height: number): Uint8Array {
  if (!(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0 && width * height <= 1e8)) {
    throw new RangeError(`Cannot decode a mask as its size must be of positive integers, and at most 100 megapixels: current value is ${width}x${height}`);
  }
  const mask = new Uint8Array(width * height);
  for (const { start, length } of parseRuns(encoded, width * height)) {
    for (let pixel = start; pixel < start + length; pixel++) mask[(pixel % height) * width + Math.floor(pixel / height)] = 1;
  }
  return mask;
}
