import { imageOperation, type ImageOperation } from './imageOperation.ts';
import { mapValues } from './mapValues.ts';

export interface BrightnessContrastParameters {
  /** What is added, on the 0..1 scale. */
  readonly brightness: number;
  /** What the values are multiplied by first. */
  readonly contrast: number;
}

/** contrast x + brightness, clipped (albumentations' RandomBrightnessContrast). */
export const brightnessContrast: ImageOperation<BrightnessContrastParameters> = imageOperation((native, image, { brightness, contrast }) => mapValues(native, image, { factor: contrast, offset: brightness }));
