import type { Geometry, Rng } from '@cxr-ifa/tensor';
import { alignGrid, type GridAlignment, type GridSize } from './alignGrid.ts';
import { createAugmentation, type AugmentationOptions } from './createAugmentation.ts';
import { normalise, type Normalisation } from './normalise.ts';
import type { PresetName } from './presets.ts';

/** How two views of an image are made. */
export interface ViewOptions {
  readonly augment: PresetName;
  /** Whether steps mean what their numbers say (`float`), or do what the released code did to 8-bit images (`uint8`). @default {'float'} */
  readonly arithmetic?: AugmentationOptions['arithmetic'];
  /** Whether the query is augmented as the key is, or the image itself. */
  readonly query: 'augmented' | 'clean';
  readonly normalisation: Normalisation;
  /** The grids on which the key is to be found from the query, by stage. */
  readonly grids?: Readonly<Record<string, GridSize>> | undefined;
}

/** One batch. */
export interface ViewBatch extends ViewOptions {
  /** The images of the batch, by their place among all. */
  readonly indices: readonly number[];
  /** An image's pixels from 0 to 1, [imageSize, imageSize]; only read, one after the other. */
  readonly pixelsOf: (index: number) => Float32Array;
  readonly imageSize: number;
  readonly epoch: number;
  /** Only forked: `view`, the epoch and the image. */
  readonly rng: Rng;
}

/** Both views of a batch, normalised, [N, imageSize, imageSize] each. */
export interface ViewArrays {
  readonly query: Float32Array;
  readonly key: Float32Array;
  /** For each grid that was asked for, positions [N, height, width, 2] and mask [N, height, width]. */
  readonly alignment?: Readonly<Record<string, GridAlignment>>;
}

/**
 * Makes two views of each image of a batch. They depend on the generator, the epoch and the image alone, not on who makes them and when.
 *
 * @returns Arrays for an encoder, and where the query's cells lie in the key's view for every grid that was asked for.
 *
 * @example
 * ```ts
 * const { query, key } = makeViews({ indices: [3, 1], pixelsOf: (index) => images[index], imageSize: 64, epoch: 0, rng, augment: 'cxr', query: 'augmented', normalisation: CXR_NORMALISATION });
 * ```
 */
export function makeViews({ indices, pixelsOf, imageSize, epoch, rng, augment, arithmetic = 'float', query, normalisation, grids }: ViewBatch): ViewArrays {
  const augmentations = { query: createAugmentation(query === 'clean' ? 'none' : augment, { arithmetic }), key: createAugmentation(augment, { arithmetic }) };
  const pixels = imageSize ** 2;
  const scratch = new Float32Array(pixels);
  const result: ViewArrays = {
    query: new Float32Array(indices.length * pixels),
    key: new Float32Array(indices.length * pixels),
    ...(grids && { alignment: mapValues(grids, ({ height, width }) => ({ positions: new Float32Array(2 * indices.length * height * width), mask: new Float32Array(indices.length * height * width) })) }),
  };
  for (const [position, index] of indices.entries()) {
    const image = { data: pixelsOf(index), width: imageSize, height: imageSize, range: [0, 1] } as const;
    const imageRng = rng.fork('view', epoch, index);
    const [queryGeometry, keyGeometry] = (['query', 'key'] as const).map((view) => {
      const { image: pixelsOfView, geometry } = augmentations[view](image, imageRng.fork(view), scratch);
      normalise(pixelsOfView, normalisation, result[view].subarray(position * pixels, (position + 1) * pixels));
      return geometry;
    }) as [Geometry, Geometry];
    for (const [stage, { positions, mask }] of Object.entries(result.alignment ?? {})) {
      const grid = grids?.[stage] as GridSize;
      const cells = grid.height * grid.width;
      const [from, to] = [position * cells, (position + 1) * cells];
      alignGrid(queryGeometry, keyGeometry, grid, { positions: positions.subarray(2 * from, 2 * to), mask: mask.subarray(from, to) });
    }
  }
  return result;
}

function mapValues<Value, Result>(record: Readonly<Record<string, Value>>, f: (value: Value) => Result): Record<string, Result> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, f(value)]));
}
