import type { GrayImage } from '@cxr-ifa/tensor';

/**
 * Checks the array that an image's new values are to be written into.
 *
 * @throws {RangeError} If it has another length.
 */
export function checkInto({ data }: GrayImage, into: Float32Array | undefined): void {
  if (into && into.length !== data.length) throw new RangeError(`Cannot write an image into an array as its length must be ${data.length}: current length is ${into.length}`);
}
