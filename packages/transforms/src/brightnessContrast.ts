import type { GrayImage } from '@cxr-ifa/tensor';
import { mapValues } from './mapValues.ts';

export interface BrightnessContrastParameters {
  /** What is added, on the 0..1 scale. */
  readonly brightness: number;
  /** What the values are multiplied by first. */
  readonly contrast: number;
}

/** contrast x + brightness, clipped (albumentations' RandomBrightnessContrast). */
export function brightnessContrast(image: GrayImage, { brightness, contrast }: BrightnessContrastParameters): GrayImage {
  return mapValues(image, contrast, brightness);
}
