import type { GrayImage } from '@cxr-ifa/tensor';
import { checkInto } from './checkInto.ts';
import { kernels } from './kernels.ts';

/** Mean and deviation that an encoder's input is normalised with, on the 0..1 scale. */
export interface Normalisation {
  readonly mean: number;
  readonly std: number;
}

/** The method's constants, of CheSS's pre-training images. */
export const CXR_NORMALISATION: Normalisation = { mean: 0.658, std: 0.221 };

/**
 * (x - mean) / std, the last step before an encoder.
 *
 * @param image An image with the range [0, 1].
 * @param into Where to write, an array of the image's size; a new one otherwise.
 * @throws {RangeError} If `std` is not positive, or `into` has another length.
 */
export function normalise(image: GrayImage, { mean, std }: Normalisation = CXR_NORMALISATION, into?: Float32Array): GrayImage {
  if (!(std > 0)) throw new RangeError(`Cannot normalise an image as std must be positive: current value is ${std}`);
  checkInto(image, into);
  const factor = 1 / std;
  const native = kernels();
  const placed = native.place(image);
  native.scale(placed.address, image.data.length, factor, -mean * factor, -Infinity, Infinity, placed.address);
  return { ...image, ...native.take(placed, into), range: [(image.range[0] - mean) * factor, (image.range[1] - mean) * factor] };
}
