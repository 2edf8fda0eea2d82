import type { Rng } from '@cxr-ifa/tensor';
import type { Range } from './augmentationStep.ts';
import type { CropParameters } from './crop.ts';

const ATTEMPTS = 10;

/**
 * A rectangle of random area, aspect and place, as torchvision's RandomResizedCrop draws it, but not rounded to whole pixels;
 * after ten that did not fit, the largest one in the image's centre whose aspect is within the range.
 *
 * @param ranges `area` as a fraction of the image's, `aspect` as width over height in pixels.
 * @param imageAspect The image's own width over height.
 */
export function randomCrop({ area, aspect }: { readonly area: Range; readonly aspect: Range }, imageAspect: number, rng: Rng): CropParameters {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const drawnArea = rng.uniform(...area);
    const relativeAspect = Math.exp(rng.uniform(Math.log(aspect[0]), Math.log(aspect[1]))) / imageAspect;
    const width = Math.sqrt(drawnArea * relativeAspect);
    const height = Math.sqrt(drawnArea / relativeAspect);
    if (width <= 1 && height <= 1) return { left: rng.uniform(0, 1 - width), top: rng.uniform(0, 1 - height), width, height };
  }
  const width = Math.min(1, aspect[1] / imageAspect);
  const height = Math.min(1, imageAspect / aspect[0]);
  return { left: (1 - width) / 2, top: (1 - height) / 2, width, height };
}
