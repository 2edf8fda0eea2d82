import type { Geometry, GrayImage, Rng } from '@cxr-ifa/tensor';
import type { AugmentationStep, Operation } from './augmentationStep.ts';
import { checkSteps } from './checkSteps.ts';
import { composeGeometry, IDENTITY_GEOMETRY } from './composeGeometry.ts';
import { drawOperation } from './drawOperation.ts';
import { PRESETS, type PresetName } from './presets.ts';
import { warp } from './warp.ts';

/** An augmented image, and where its pixels came from. */
export interface View {
  readonly image: GrayImage;
  readonly geometry: Geometry;
}

/** Draws one view of an image. The image is never written to; where no step applies it is the view itself. */
export type Augmentation = (image: GrayImage, rng: Rng) => View;

/**
 * Makes an augmentation from a preset's name or from a table of steps. Steps run in the table's order;
 * geometric ones that follow one another are composed and the image is sampled once for all of them.
 *
 * @param steps A preset (`none`, `cxr`, `cxr-strong`, `mocoV2`) or steps of your own.
 * @returns A function of image and generator: the same generator state gives the same view.
 * @throws {RangeError} If the preset is unknown, or a probability, weight or range is impossible.
 *
 * @example
 * ```ts
 * const augment = createAugmentation('cxr');
 * const { image, geometry } = augment(original, rng.fork('view', epoch, index));
 * ```
 */
export function createAugmentation(steps: PresetName | readonly AugmentationStep[]): Augmentation {
  const table = typeof steps !== 'string' ? steps : Object.hasOwn(PRESETS, steps) ? PRESETS[steps] : undefined;
  if (!table) throw new RangeError(`Cannot create an augmentation as its name must be one of ${Object.keys(PRESETS).join(', ')}: current value is ${String(steps)}`);
  checkSteps(table);
  return (image, rng) => {
    if (image.range[0] !== 0 || image.range[1] !== 1) throw new RangeError(`Cannot augment an image as its range must be [0, 1]: current range is [${image.range.join(', ')}], clipPercentile gives the right one`);
    let current = image;
    let geometry = IDENTITY_GEOMETRY;
    let pending = IDENTITY_GEOMETRY;
    for (const step of table) {
      if (rng.uniform() >= step.probability) continue;
      const drawn = drawOperation(chooseOperation(step, rng), image, rng);
      if ('geometry' in drawn) pending = composeGeometry(pending, drawn.geometry);
      else {
        geometry = composeGeometry(geometry, pending);
        current = drawn.apply(warp(current, pending));
        pending = IDENTITY_GEOMETRY;
      }
    }
    return { image: warp(current, pending), geometry: composeGeometry(geometry, pending) };
  };
}

/** One of a group by its weights, which need not add up to 1. */
function chooseOperation(step: AugmentationStep, rng: Rng): Operation {
  if (!('oneOf' in step)) return step;
  let left = rng.uniform(0, step.oneOf.reduce((sum, { weight }) => sum + weight, 0));
  return step.oneOf.find(({ weight }) => (left -= weight) < 0) ?? (step.oneOf.at(-1) as Operation);
}
