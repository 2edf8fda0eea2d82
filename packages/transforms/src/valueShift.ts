import { imageOperation, type ImageOperation } from './imageOperation.ts';
import { mapValues } from './mapValues.ts';

/** x + shift, clipped: what is left of albumentations' HueSaturationValue on a grey image. */
export const valueShift: ImageOperation<{ readonly shift: number }> = imageOperation((native, image, { shift }) => mapValues(native, image, { factor: 1, offset: shift }));
