import type { GrayImage } from '@cxr-ifa/tensor';
import { mapValues } from './mapValues.ts';

/** x + shift, clipped: what is left of albumentations' HueSaturationValue on a grey image. */
export function valueShift(image: GrayImage, { shift }: { readonly shift: number }): GrayImage {
  return mapValues(image, 1, shift);
}
