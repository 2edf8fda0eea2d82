import { assertShape } from '@cxr-ifa/tensor';
import { add, cast, clipByValue, floor, gather, minimum, mul, range, reshape, scalar, slice, sub, tidy, type Tensor, type Tensor1D, type Tensor4D } from '@tensorflow/tfjs-core';

/**
 * Samples feature maps at given positions, bilinearly: what the spatial transformer and PyTorch's `grid_sample(align_corners=False, padding_mode='border')` do.
 * Position -1 is the outer edge of a map's first cell and 1 that of its last; beyond the outermost centres the border's value holds.
 * It is meant for the key's maps, which are constants: called before a tape opens, it leaves nothing behind but its result.
 *
 * @param map Feature maps, [N, H, W, C]; borrowed.
 * @param positions Where to sample each image's map, x then y, [N, rows, columns, 2]; borrowed. `alignGrid` of `@cxr-ifa/transforms` makes them of two views' geometries.
 * @returns The maps on the positions' grid, [N, rows, columns, C]; they belong to the caller.
 * @throws {TypeError} If the maps are not of rank 4, or the positions not of as many images.
 *
 * @example
 * ```ts
 * const aligned = warpMap(key.stages.layer4, positions);
 * const { loss } = ifaLoss(query.stages, { layer4: aligned }, { terms, masks: { layer4: mask } });
 * ```
 *
 * @see Jaderberg et al. 2015, Spatial Transformer Networks, equation 5
 */
export function warpMap(map: Tensor4D, positions: Tensor4D): Tensor4D {
  assertShape('warp a feature map', { map: [map, ['N', 'H', 'W', 'C']], positions: [positions, ['N', 'rows', 'columns', 2]] });
  const [images, height, width, channels] = map.shape;
  const [, rows, columns] = positions.shape;
  return tidy(() => {
    const flat = reshape(map, [images * height * width, channels]); // [N H W, C]
    const first = reshape(mul(range(0, images, 1, 'int32'), scalar(height * width, 'int32')), [images, 1, 1, 1]); // each image's first cell
    const x = neighbours(positions, 0, width);
    const y = neighbours(positions, 1, height);
    let warped: Tensor | undefined;
    for (const [row, down] of y) {
      for (const [column, across] of x) {
        const cells = reshape(add(first, add(mul(row, scalar(width, 'int32')), column)), [-1]) as Tensor1D; // [N rows columns]
        const before = warped;
        // One corner after the other, each freed before the next: a map at a time and not four
        warped = tidy(() => {
          const part = mul(gather(flat, cells), reshape(mul(down, across), [-1, 1])); // [N rows columns, C]
          return before ? add(before, part) : part;
        });
        before?.dispose();
      }
    }
    return reshape(warped as Tensor, [images, rows, columns, channels]); // [N, rows, columns, C]
  });
}

/** Along one axis: the cells before and after each position, and their weights, [N, rows, columns, 1]. */
function neighbours(positions: Tensor4D, axis: 0 | 1, cells: number): [cell: Tensor, weight: Tensor][] {
  const coordinate = slice(positions, [0, 0, 0, axis], [-1, -1, -1, 1]);
  const place = clipByValue(sub(mul(add(coordinate, 1), cells / 2), 0.5), 0, cells - 1); // in cells: 0 is the first one's centre
  const before = minimum(floor(place), Math.max(cells - 2, 0));
  const share = sub(place, before);
  const cell = cast(before, 'int32');
  return cells === 1 ? [[cell, sub(1, share)]] : [[cell, sub(1, share)], [add(cell, scalar(1, 'int32')), share]];
}
