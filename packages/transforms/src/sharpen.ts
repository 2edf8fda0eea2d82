import { filterTaps } from './filterTaps.ts';
import { imageOperation, type ImageOperation } from './imageOperation.ts';

export interface SharpenParameters {
  /** How much of the sharpened image is mixed in, 0 to 1. */
  readonly alpha: number;
  /** What the sharpening kernel sums to: 1 keeps the brightness. */
  readonly lightness: number;
}

/** The pixel and its eight neighbours. */
const NEIGHBOURHOOD = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => [dx, dy] as const));

/**
 * (1 - alpha) x + alpha ((8 + lightness) x - the sum of the eight neighbours), clipped to the image's range; the border is mirrored (albumentations' Sharpen).
 */
export const sharpen: ImageOperation<SharpenParameters> = imageOperation((native, image, { alpha, lightness }) => {
  const centre = 1 - alpha + alpha * (8 + lightness);
  return filterTaps(native, image, NEIGHBOURHOOD.map(([dx, dy]) => ({ dx, dy, weight: dx === 0 && dy === 0 ? centre : -alpha })));
});
