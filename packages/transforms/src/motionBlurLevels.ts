import type { GrayImage } from '@cxr-ifa/tensor';
import { createGeometry } from './createGeometry.ts';
import { filterLevels, type Kernel } from './filterLevels.ts';
import type { LevelOperation } from './levels.ts';

/** albumentations 1.1.0's MotionBlur on 8-bit levels. A line beside the kernel's centre also moves the image, by up to half the kernel: the geometry says so. */
export function motionBlurLevels(kernel: Kernel, { width, height }: { readonly width: number; readonly height: number }): LevelOperation {
  const [x, y] = centreOfMass(kernel);
  const apply = (image: GrayImage): GrayImage => filterLevels(image, kernel);
  return x === 0 && y === 0 ? { apply } : { apply, geometry: createGeometry({ matrix: [1, 0, (2 * x) / width, 0, 1, (2 * y) / height] }) };
}

/** In pixels from the kernel's middle. */
function centreOfMass({ size, weights }: Kernel): [x: number, y: number] {
  let [x, y, count] = [0, 0, 0];
  for (const [index, weight] of weights.entries()) {
    if (weight === 0) continue;
    x += (index % size) - (size - 1) / 2;
    y += Math.floor(index / size) - (size - 1) / 2;
    count++;
  }
  return [x / count, y / count];
}
