import type { Geometry, GrayImage, Rng } from '@cxr-ifa/tensor';
import { augmentFloats } from './augmentFloats.ts';
import { augmentLevels } from './augmentLevels.ts';
import type { AugmentationStep, Operation } from './augmentationStep.ts';
import { checkInto } from './checkInto.ts';
import { checkSteps } from './checkSteps.ts';
import { PRESETS, type PresetName } from './presets.ts';

/** An augmented image, where its pixels came from, and what was done to it, in order. */
export interface View {
  readonly image: GrayImage;
  readonly geometry: Geometry;
  readonly operations: readonly Operation['operation'][];
}

/**
 * Draws one view of an image. The image is never written to; where no step applies it is the view itself.
 * With `into`, an array of the image's size, the view's pixels are written there: a loader that draws thousands of views needs no new array for each.
 */
export type Augmentation = (image: GrayImage, rng: Rng, into?: Float32Array) => View;

/** What a step's numbers mean: the method as it was meant, or as its released code ran. */
export interface AugmentationOptions {
  /**
   * `float`: every number is one of the 0..1 scale, and geometric steps that follow one another are composed and sampled once.
   * `uint8`: what albumentations 1.1.0 does to an 8-bit image, step by step: values are cut to whole levels after each,
   * the noise's variance and the value shift are of levels and so change next to nothing but the cutting, shift, scale and rotation turn half a pixel beside
   * the centre, and a motion blur or an optical distortion may move the image. Only the method's own operations have it.
   *
   * @default {'float'}
   */
  readonly arithmetic?: 'float' | 'uint8';
}

/**
 * Makes an augmentation from a preset's name or from a table of steps, which run in the table's order.
 *
 * @param steps A preset (`none`, `cxr`, `cxr-strong`, `mocoV2`) or steps of your own.
 * @returns A function of image and generator: the same generator state gives the same view.
 * @throws {RangeError} If the preset is unknown, a probability, weight or range is impossible, or an operation has no 8-bit arithmetic.
 *
 * @example
 * ```ts
 * const augment = createAugmentation('cxr');
 * const { image, geometry } = augment(original, rng.fork('view', epoch, index));
 * ```
 */
export function createAugmentation(steps: PresetName | readonly AugmentationStep[], { arithmetic = 'float' }: AugmentationOptions = {}): Augmentation {
  const table = typeof steps !== 'string' ? steps : Object.hasOwn(PRESETS, steps) ? PRESETS[steps] : undefined;
  if (!table) throw new RangeError(`Cannot create an augmentation as its name must be one of ${Object.keys(PRESETS).join(', ')}: current value is ${String(steps)}`);
  checkSteps(table, arithmetic);
  const augment = arithmetic === 'uint8' ? augmentLevels : augmentFloats;
  return (image, rng, into) => {
    if (image.range[0] !== 0 || image.range[1] !== 1) throw new RangeError(`Cannot augment an image as its range must be [0, 1]: current range is [${image.range.join(', ')}], clipPercentile gives the right one`);
    checkInto(image, into);
    return augment(table, image, rng, into);
  };
}
