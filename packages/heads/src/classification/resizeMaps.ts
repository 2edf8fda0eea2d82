import { image, reshape, tidy, type Tensor3D, type Tensor4D } from '@tensorflow/tfjs-core';
import { assertShape } from '@cxr-ifa/tensor';

/**
 * Brings maps to the size of the images they explain: bilinear, edge on edge (`align_corners=false`), as maps are overlaid in the literature.
 *
 * A cell of a strided network whose convolutions pad is centred on pixel `stride * i`, and not on the middle of the `stride` pixels that it is drawn
 * over: a map lies up to half a stride further right and down than what it saw. Where that matters, explain an earlier stage.
 *
 * @param maps Maps [N, h, w]; borrowed.
 * @param size Height and width of the images, in pixels.
 * @returns Maps [N, height, width]; the caller's.
 * @throws {TypeError} If the maps have another rank.
 * @throws {RangeError} If a side is not a positive integer.
 *
 * @example
 * ```ts
 * const overlays = resizeMaps(gradCam(encoder, parameters, statistics, images, score), [224, 224]);
 * ```
 */
export function resizeMaps(maps: Tensor3D, [height, width]: readonly [height: number, width: number]): Tensor3D {
  assertShape('resize maps', { maps: [maps, ['N', 'h', 'w']] });
  for (const side of [height, width]) if (!(Number.isSafeInteger(side) && side > 0)) throw new RangeError(`Cannot resize maps as height and width must be positive integers: current values are ${height} and ${width}`);
  return tidy(() => {
    const channels: Tensor4D = reshape(maps, [...maps.shape, 1]); // [N, h, w, 1]
    return reshape(image.resizeBilinear(channels, [height, width], false, true), [maps.shape[0], height, width]);
  });
}
