import type { GrayImage } from '@cxr-ifa/tensor';

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
 * @throws {RangeError} If `std` is not positive.
 */
export function normalise(image: GrayImage, { mean, std }: Normalisation = CXR_NORMALISATION): GrayImage {
  if (!(std > 0)) throw new RangeError(`Cannot normalise an image as std must be positive: current value is ${std}`);
  const factor = 1 / std;
  return { ...image, data: image.data.map((value) => (value - mean) * factor), range: [(image.range[0] - mean) * factor, (image.range[1] - mean) * factor] };
}
