import type { GrayImage } from '@cxr-ifa/tensor';
import { mapValues } from './mapValues.ts';

/** One factor for the whole image, clipped: what albumentations' MultiplicativeNoise does unless told otherwise. */
export function multiplicativeNoise(image: GrayImage, { factor }: { readonly factor: number }): GrayImage {
  return mapValues(image, factor, 0);
}
