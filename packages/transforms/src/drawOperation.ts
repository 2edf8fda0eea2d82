import type { Geometry, Rng } from '@cxr-ifa/tensor';
import type { Operation, Range } from './augmentationStep.ts';
import { brightnessContrast } from './brightnessContrast.ts';
import { colourJitter } from './colourJitter.ts';
import { crop } from './crop.ts';
import { gaussianBlur } from './gaussianBlur.ts';
import { gaussianNoise } from './gaussianNoise.ts';
import { horizontalFlip } from './horizontalFlip.ts';
import type { Kernels, PlacedImage } from './kernels.ts';
import { medianBlur } from './medianBlur.ts';
import { motionBlur } from './motionBlur.ts';
import { multiplicativeNoise } from './multiplicativeNoise.ts';
import { opticalDistortion } from './opticalDistortion.ts';
import { randomCrop } from './randomCrop.ts';
import { sharpen } from './sharpen.ts';
import { shiftScaleRotate } from './shiftScaleRotate.ts';
import { valueShift } from './valueShift.ts';

/** An operation with its parameters drawn: it changes either values or places. */
export type Drawn = { readonly apply: (native: Kernels, image: PlacedImage) => PlacedImage } | { readonly geometry: Geometry };

/**
 * Draws an operation's parameters. The number of draws may depend on the operation, never on the image's values.
 *
 * @param size Width and height of the image in pixels.
 */
export function drawOperation(operation: Operation, size: { readonly width: number; readonly height: number }, rng: Rng): Drawn {
  const draw = ([low, high]: Range): number => rng.uniform(low, high);
  switch (operation.operation) {
    case 'medianBlur':
      return { apply: (native, image) => medianBlur.placed(native, image) };
    case 'motionBlur': {
      const parameters = drawLine(operation.sizes, rng);
      return { apply: (native, image) => motionBlur.placed(native, image, parameters) };
    }
    case 'gaussianBlur': {
      const sigma = draw(operation.sigma);
      return { apply: (native, image) => gaussianBlur.placed(native, image, { sigma }) };
    }
    case 'sharpen': {
      const parameters = { alpha: draw(operation.alpha), lightness: draw(operation.lightness) };
      return { apply: (native, image) => sharpen.placed(native, image, parameters) };
    }
    case 'brightnessContrast': {
      const parameters = { brightness: draw(operation.brightness), contrast: draw(operation.contrast) };
      return { apply: (native, image) => brightnessContrast.placed(native, image, parameters) };
    }
    case 'colourJitter': {
      const parameters = { brightness: draw(operation.brightness), contrast: draw(operation.contrast), contrastFirst: rng.uniform() < 0.5 };
      return { apply: (native, image) => colourJitter.placed(native, image, parameters) };
    }
    case 'gaussianNoise': {
      const parameters = { deviation: Math.sqrt(draw(operation.variance)), seed: rng.uint32() };
      return { apply: (native, image) => gaussianNoise.placed(native, image, parameters) };
    }
    case 'multiplicativeNoise': {
      const factor = draw(operation.factor);
      return { apply: (native, image) => multiplicativeNoise.placed(native, image, { factor }) };
    }
    case 'valueShift': {
      const shift = draw(operation.shift);
      return { apply: (native, image) => valueShift.placed(native, image, { shift }) };
    }
    case 'shiftScaleRotate': {
      const [shiftX, shiftY, scale, degrees] = [draw(operation.shift), draw(operation.shift), draw(operation.scale), draw(operation.degrees)];
      return { geometry: shiftScaleRotate({ shiftX, shiftY, scale, degrees, aspect: size.width / size.height }) };
    }
    case 'opticalDistortion':
      return { geometry: opticalDistortion({ strength: draw(operation.strength) }) };
    case 'randomResizedCrop':
      return { geometry: crop(randomCrop(operation, size.width / size.height, rng)) };
    case 'horizontalFlip':
      return { geometry: horizontalFlip() };
  }
}

/** Any point of a kernel of random size except its centre: the line through both. */
function drawLine(sizes: readonly number[], rng: Rng): { dx: number; dy: number } {
  const size = sizes[rng.integer(sizes.length)] as number;
  const radius = (size - 1) / 2;
  const drawn = rng.integer(size * size - 1);
  const point = drawn < (size * size - 1) / 2 ? drawn : drawn + 1;
  return { dx: (point % size) - radius, dy: Math.floor(point / size) - radius };
}
