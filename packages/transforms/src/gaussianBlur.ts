import { imageOperation, type ImageOperation } from './imageOperation.ts';

/** Where the kernel ends, in deviations. */
const TRUNCATE = 4;

/**
 * Convolves with a Gaussian, cut at four deviations; the border is mirrored.
 * `sigma` is the deviation in pixels.
 *
 * @throws {RangeError} If sigma is not positive.
 */
export const gaussianBlur: ImageOperation<{ readonly sigma: number }> = imageOperation((native, image, { sigma }) => {
  if (!(sigma > 0 && sigma < 1000)) throw new RangeError(`Cannot blur an image as sigma must be positive and below 1000: current value is ${sigma}`);
  const radius = Math.max(1, Math.round(TRUNCATE * sigma));
  // One half of the symmetric kernel, from its centre outwards
  const weights = Float64Array.from({ length: radius + 1 }, (_, distance) => Math.exp(-(distance ** 2) / (2 * sigma * sigma)));
  const sum = weights.reduce((total, weight) => total + 2 * weight, -1);
  const { width, height } = image;
  const padded = native.padImage(image, radius, 'reflect101');
  const half = native.put(Float32Array.from(weights, (weight) => weight / sum));
  const line = native.allocate(4 * (width + 2 * radius));
  const address = native.allocate(4 * width * height);
  native.gaussian_blur(padded, width, height, radius, half, line, address);
  return { ...image, address };
});
