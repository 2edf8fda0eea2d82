import type { GrayImage } from '@cxr-ifa/tensor';
import { clipPercentile, normalise, resizeToSquare } from '@cxr-ifa/transforms';
import { encoderSmallPreprocessing } from './encoderSmallPreprocessing.ts';

/**
 * Makes an image ready for the encoder, as its training images were: clipped at the 99th percentile, stretched to 0..1, resized to a square of 64 pixels, normalised.
 *
 * @param image A radiograph, as `decodeImage` or `decodeDicom` of `@cxr-ifa/datasets` give it; borrowed.
 * @returns 64 x 64 values, row by row: one image of a batch [N, 64, 64, 1].
 * @throws {InputError} If the image is constant.
 *
 * @example
 * ```ts
 * const images = tensor4d(prepareImage(image), [1, 64, 64, 1]);
 * ```
 */
export function prepareImage(image: GrayImage): Float32Array {
  const { imageSize, clipPercentile: upper, aspect, normalisation } = encoderSmallPreprocessing;
  return normalise(resizeToSquare(clipPercentile(image, [0, upper]), imageSize, { aspect }), normalisation).data;
}
