import { tensor3d, tensor4d } from '@tensorflow/tfjs-core';
import type { Alignment, Views } from './views.ts';

/** A batch of views outside TensorFlow.js, as `makeViews` of `@cxr-ifa/transforms` gives it: [N, H, W] each. */
export interface ViewsInArrays {
  readonly query: Float32Array;
  readonly key: Float32Array;
  /** By stage, positions [N, height, width, 2] and mask [N, height, width]. */
  readonly alignment?: Readonly<Record<string, { readonly positions: Float32Array; readonly mask: Float32Array }>>;
}

/** How large a batch is. */
export interface ViewsShape {
  readonly batchSize: number;
  /** The side of the images. */
  readonly imageSize: number;
  /** The grid of each stage that is aligned. */
  readonly grids?: Readonly<Record<string, { readonly height: number; readonly width: number }>> | undefined;
}

/**
 * Makes the tensors of a batch of views with one channel.
 *
 * @param arrays The views; borrowed, and not to be written to as long as the tensors live.
 * @param shape How large they are.
 * @returns Views [N, H, W, 1]; the caller's. `train` disposes of them after their step.
 *
 * @example
 * ```ts
 * const views = viewsFromArrays(makeViews({ indices, imageSize: 64, ...options }), { batchSize: indices.length, imageSize: 64 });
 * ```
 */
export function viewsFromArrays({ query, key, alignment }: ViewsInArrays, { batchSize, imageSize, grids = {} }: ViewsShape): Views {
  const shape: [number, number, number, number] = [batchSize, imageSize, imageSize, 1];
  const views = { query: tensor4d(query, shape), key: tensor4d(key, shape) }; // [N, H, W, 1]
  if (!alignment) return views;
  const aligned = Object.entries(alignment).map(([stage, { positions, mask }]): [string, Alignment] => {
    const { height, width } = grids[stage] as { height: number; width: number };
    return [stage, { positions: tensor4d(positions, [batchSize, height, width, 2]), mask: tensor3d(mask, [batchSize, height, width]) }]; // [N, H, W, 2], [N, H, W]
  });
  return { ...views, alignment: Object.fromEntries(aligned) };
}
