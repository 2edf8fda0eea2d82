import type { Preprocessing } from '@cxr-ifa/checkpoint';
import type { GrayImage } from '@cxr-ifa/tensor';
import { resizeToSquare } from '@cxr-ifa/transforms';

/**
 * Makes a clipped image as large as the encoder wants it.
 *
 * @returns Pixels from 0 to 1, [imageSize, imageSize].
 */
export function preparePixels(clipped: GrayImage, { imageSize, aspect }: Preprocessing): Float32Array {
  return resizeToSquare(clipped, imageSize, { aspect }).data.slice(); // its own memory, which can be handed over
}
