import type { Rng } from '@cxr-ifa/tensor';
import { addNoiseToLevels } from './addNoiseToLevels.ts';
import type { Operation, Range } from './augmentationStep.ts';
import { drawLineKernel } from './drawLineKernel.ts';
import { filterLevels, type Kernel } from './filterLevels.ts';
import type { LevelOperation } from './levels.ts';
import { mapLevels } from './mapLevels.ts';
import { medianBlur } from './medianBlur.ts';
import { motionBlurLevels } from './motionBlurLevels.ts';
import { normalNoise } from './normalNoise.ts';
import { opticalDistortionLevels } from './opticalDistortionLevels.ts';
import { shiftScaleRotateLevels } from './shiftScaleRotateLevels.ts';

type Size = { readonly width: number; readonly height: number };
type Draw<Name extends Operation['operation']> = (operation: Extract<Operation, { operation: Name }>, size: Size, rng: Rng) => LevelOperation;

const uniform = (rng: Rng, [low, high]: Range): number => rng.uniform(low, high);

/** The operations of the method, as albumentations 1.1.0 does them on 8-bit images, where it reckons in float32 and cuts to whole levels. */
const OPERATIONS: { readonly [Name in Operation['operation']]?: Draw<Name> } = {
  medianBlur: () => ({ apply: medianBlur }),
  motionBlur: ({ sizes }, size, rng) => motionBlurLevels(drawLineKernel(sizes, rng), size),
  sharpen: ({ alpha, lightness }, _, rng) => {
    const kernel = sharpeningKernel(uniform(rng, alpha), uniform(rng, lightness));
    return { apply: (image) => filterLevels(image, kernel) };
  },
  brightnessContrast: ({ brightness, contrast }, _, rng) => {
    const [offset, factor] = [Math.fround(uniform(rng, brightness) * 255), Math.fround(uniform(rng, contrast))];
    return { apply: (image) => mapLevels(image, (level) => Math.fround(Math.fround(level * factor) + offset)) };
  },
  // Its variance is one of the 0..1 scale, and is taken for one of levels
  gaussianNoise: ({ variance }, _, rng) => {
    const [deviation, seed] = [Math.sqrt(uniform(rng, variance)), rng.uint32()];
    return { apply: (image) => addNoiseToLevels(image, normalNoise(image.width, image.height, seed), deviation) };
  },
  multiplicativeNoise: ({ factor }, _, rng) => {
    const drawn = Math.fround(uniform(rng, factor));
    return { apply: (image) => mapLevels(image, (level) => Math.fround(level * drawn)) };
  },
  // So is its shift
  valueShift: ({ shift }, _, rng) => {
    const drawn = Math.fround(uniform(rng, shift));
    return { apply: (image) => mapLevels(image, (level) => Math.fround(level + drawn)) };
  },
  shiftScaleRotate: ({ shift, scale, degrees }, size, rng) => {
    const [shiftX, shiftY] = [uniform(rng, shift), uniform(rng, shift)];
    return shiftScaleRotateLevels({ shiftX, shiftY, scale: uniform(rng, scale), degrees: uniform(rng, degrees) }, size);
  },
  opticalDistortion: ({ strength }, size, rng) => opticalDistortionLevels({ strength: uniform(rng, strength) }, size),
};

/** Whether an operation is one that the method did on 8-bit images. */
export function hasLevelOperation({ operation }: Operation): boolean {
  return Object.hasOwn(OPERATIONS, operation);
}

/**
 * Draws an operation's parameters, for 8-bit levels.
 *
 * @param operation One that {@link hasLevelOperation} knows.
 */
export function drawLevelOperation(operation: Operation, size: Size, rng: Rng): LevelOperation {
  return (OPERATIONS[operation.operation] as Draw<typeof operation.operation>)(operation as never, size, rng);
}

/** (1 - alpha) times the image and alpha times its sharpened self, rounded to float32 where albumentations does. */
function sharpeningKernel(alpha: number, lightness: number): Kernel {
  const weights = new Float32Array(9).fill(-alpha);
  weights[4] = Math.fround(1 - alpha) + Math.fround(Math.fround(alpha) * Math.fround(8 + lightness));
  return { size: 3, weights };
}
