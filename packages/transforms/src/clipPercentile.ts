import { InputError, type GrayImage } from '@cxr-ifa/tensor';
import { percentiles } from './percentiles.ts';

/**
 * Clips an image to two of its percentiles and scales it to 0..1: the method's preparation, with [0, 99].
 * Padding (where `valid` is 0) neither counts nor shows: it becomes 0.
 *
 * @param image Any image, on any scale.
 * @param range The lower and the upper percentile, 0 to 100, as NumPy's `percentile` (linear interpolation).
 * @returns The image with the range [0, 1]; it keeps `valid`.
 * @throws {RangeError} If the percentiles are not 0 <= lower < upper <= 100.
 * @throws {InputError} If the two percentiles have the same value, as in a constant image.
 * @see Cho et al. 2023 (CheSS): images are clipped at the 99th percentile, then scaled between minimum and maximum
 */
export function clipPercentile(image: GrayImage, [lower, upper]: readonly [lower: number, upper: number] = [0, 99]): GrayImage {
  if (!(lower >= 0 && lower < upper && upper <= 100)) throw new RangeError(`Cannot clip an image as its percentiles must be 0 <= lower < upper <= 100: current value is ${lower}, ${upper}`);
  const { data, valid } = image;
  const counted = valid ? data.filter((_, index) => valid[index] === 1) : data;
  if (counted.length === 0) throw new InputError('Cannot clip the image as it has no pixels, or padding only');
  const [low, high] = percentiles(counted, [lower, upper]) as [number, number];
  // Also false for NaN
  if (!(high - low > 0)) throw new InputError(`Cannot scale the image as its percentiles ${lower} and ${upper} must differ: both are ${low}, the image is constant or nearly so`);
  const scaled = new Float32Array(data.length);
  const factor = 1 / (high - low);
  for (let i = 0; i < data.length; i++) {
    const value = ((data[i] as number) - low) * factor;
    scaled[i] = valid && valid[i] !== 1 ? 0 : value < 0 ? 0 : value > 1 ? 1 : value;
  }
  return { ...image, data: scaled, range: [0, 1] };
}
