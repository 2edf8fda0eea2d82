import { imageOperation, type ImageOperation } from './imageOperation.ts';
import { mapValues } from './mapValues.ts';

/** One factor for the whole image, clipped: what albumentations' MultiplicativeNoise does unless told otherwise. */
export const multiplicativeNoise: ImageOperation<{ readonly factor: number }> = imageOperation((native, image, { factor }) => mapValues(native, image, { factor, offset: 0 }));
