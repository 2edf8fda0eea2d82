import type { GrayImage } from '@cxr-ifa/tensor';
import { composeGeometry } from './composeGeometry.ts';
import { createGeometry } from './createGeometry.ts';
import type { LevelOperation } from './levels.ts';
import { opticalDistortion } from './opticalDistortion.ts';
import { roundHalfEven } from './roundHalfEven.ts';
import { warpLevels } from './warpLevels.ts';

/**
 * albumentations 1.1.0's OpticalDistortion on 8-bit levels: it gives OpenCV pixel index n / 2 as the source's centre, while
 * `initUndistortRectifyMap` takes the view's at (n - 1) / 2, so that a distorted image also moves by half a pixel, up and to the left.
 */
export function opticalDistortionLevels({ strength }: { readonly strength: number }, { width, height }: { readonly width: number; readonly height: number }): LevelOperation {
  const k = Math.fround(strength);
  const apply = (image: GrayImage): GrayImage =>
    warpLevels(image, (row, xs, ys) => {
      const y = (row - (height - 1) / 2) / height;
      for (let column = 0; column < xs.length; column++) {
        const x = (column - (width - 1) / 2) / width;
        const squared = x * x + y * y;
        const factor = 1 + (k * squared + k) * squared;
        xs[column] = roundHalfEven(Math.fround(width * x * factor + width / 2) * 32);
        ys[column] = roundHalfEven(Math.fround(height * y * factor + height / 2) * 32);
      }
    });
  return { apply, geometry: composeGeometry(createGeometry({ matrix: [1, 0, 1 / width, 0, 1, 1 / height] }), opticalDistortion({ strength })) };
}
