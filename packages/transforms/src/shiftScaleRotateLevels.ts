import type { Geometry, GrayImage } from '@cxr-ifa/tensor';
import { composeGeometry } from './composeGeometry.ts';
import { createGeometry } from './createGeometry.ts';
import type { LevelOperation } from './levels.ts';
import { roundHalfEven } from './roundHalfEven.ts';
import { shiftScaleRotate, type ShiftScaleRotateParameters } from './shiftScaleRotate.ts';
import { warpLevels } from './warpLevels.ts';

/**
 * albumentations 1.1.0's ShiftScaleRotate on 8-bit levels: it turns about pixel index n / 2, half a pixel right of and below the image's centre,
 * and OpenCV's `warpAffine` reckons places in 1024ths of a pixel and samples at 32nds.
 */
export function shiftScaleRotateLevels({ shiftX, shiftY, scale, degrees }: Omit<ShiftScaleRotateParameters, 'aspect'>, { width, height }: { readonly width: number; readonly height: number }): LevelOperation {
  const cosine = scale * Math.cos((degrees * Math.PI) / 180);
  const sine = scale * Math.sin((degrees * Math.PI) / 180);
  const offsetX = (1 - cosine) * (width / 2) - sine * (height / 2) + shiftX * width;
  const offsetY = sine * (width / 2) + (1 - cosine) * (height / 2) + shiftY * height;
  // The inverse of [cosine, sine, offsetX; -sine, cosine, offsetY]
  const determinant = cosine * cosine + sine * sine;
  const [a, b, d, e] = [cosine / determinant, -sine / determinant, sine / determinant, cosine / determinant];
  const c = -a * offsetX - b * offsetY;
  const f = -d * offsetX - e * offsetY;
  const columnX = Int32Array.from({ length: width }, (_, x) => roundHalfEven(a * x * 1024));
  const columnY = Int32Array.from({ length: width }, (_, x) => roundHalfEven(d * x * 1024));
  const apply = (image: GrayImage): GrayImage =>
    warpLevels(image, (row, xs, ys) => {
      const rowX = roundHalfEven((b * row + c) * 1024) + 16; // half a 32nd, so that the shift below rounds
      const rowY = roundHalfEven((e * row + f) * 1024) + 16;
      for (let x = 0; x < xs.length; x++) {
        xs[x] = (rowX + (columnX[x] as number)) >> 5;
        ys[x] = (rowY + (columnY[x] as number)) >> 5;
      }
    });
  const about = shiftScaleRotate({ shiftX, shiftY, scale, degrees, aspect: width / height });
  return { apply, geometry: moved(about, 1 / width, 1 / height) };
}

/** A geometry about another centre, which lies at (x, y). */
function moved(geometry: Geometry, x: number, y: number): Geometry {
  const to = createGeometry({ matrix: [1, 0, x, 0, 1, y] });
  const back = createGeometry({ matrix: [1, 0, -x, 0, 1, -y] });
  return composeGeometry(composeGeometry(to, geometry), back);
}
