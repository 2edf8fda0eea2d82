import { image, reshape, slice, tidy, type Tensor3D, type Tensor4D } from '@tensorflow/tfjs-core';
import { assertShape } from '@cxr-ifa/tensor';

/** How a map is laid over its image. */
export interface ResizeMapsOptions {
  /**
   * The stage's stride: a cell is then put on pixel `stride * i`, where convolutions that pad look from. Without it the map is stretched edge on edge
   * (`align_corners=false`), as it is overlaid in the literature: nearly half a stride too far right and down, which for late stages is more than a small finding.
   */
  readonly stride?: number;
}

/**
 * Brings maps to the size of the images they explain, bilinear.
 *
 * @param maps Maps [N, h, w]; borrowed.
 * @param size Height and width of the images, in pixels.
 * @param options `stride`, where maps are to lie on what their cells saw; beyond the last cell its value goes on.
 * @returns Maps [N, height, width]; the caller's.
 * @throws {TypeError} If the maps have another rank.
 * @throws {RangeError} If a side or the stride is not a positive integer, or maps of that stride do not cover the image.
 *
 * @example
 * ```ts
 * const stage = encoder.stages.find(({ name }) => name === 'layer3');
 * const overlays = resizeMaps(gradCam(encoder, parameters, statistics, images, score, { stage: 'layer3' }), [224, 224], { stride: stage.stride });
 * ```
 */
export function resizeMaps(maps: Tensor3D, [height, width]: readonly [height: number, width: number], { stride }: ResizeMapsOptions = {}): Tensor3D {
  assertShape('resize maps', { maps: [maps, ['N', 'h', 'w']] });
  for (const side of [height, width, stride ?? 1]) if (!(Number.isSafeInteger(side) && side > 0)) throw new RangeError(`Cannot resize maps as height, width and stride must be positive integers: current values are ${height}, ${width} and ${stride}`);
  const [count, rows, columns] = maps.shape;
  if (stride !== undefined && (rows * stride < height || columns * stride < width)) throw new RangeError(`Cannot resize maps as ${rows} x ${columns} cells of stride ${stride} must cover the image: current size is ${height} x ${width}`);
  return tidy(() => {
    const channels: Tensor4D = reshape(maps, [...maps.shape, 1]); // [N, h, w, 1]
    if (stride === undefined) return reshape(image.resizeBilinear(channels, [height, width], false, true), [count, height, width]);
    // Without half-pixel centres a pixel x reads the map at x h / height: at x / stride, exactly, for a whole number of strides
    const whole = image.resizeBilinear(channels, [rows * stride, columns * stride], false, false); // [N, h stride, w stride, 1]
    return reshape(slice(whole, [0, 0, 0, 0], [count, height, width, 1]), [count, height, width]);
  });
}
