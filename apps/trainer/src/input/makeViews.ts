import { createRng, type Geometry, type RngState } from '@cxr-ifa/tensor';
import { alignGrid, createAugmentation, normalise, type AugmentationOptions, type GridAlignment, type GridSize, type Normalisation, type PresetName } from '@cxr-ifa/transforms';
import { readCachedImage, type ImageLocation } from './imageCache.ts';

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
export interface ViewsJob extends ViewOptions {
  readonly images: readonly (ImageLocation & { readonly index: number })[];
  readonly imageSize: number;
  readonly epoch: number;
  readonly rngState: RngState;
}

/** Both views of a batch, normalised, [N, imageSize, imageSize] each. */
export interface ViewsResult {
  readonly query: Float32Array;
  readonly key: Float32Array;
  /** For each grid that was asked for, positions [N, height, width, 2] and mask [N, height, width]. */
  readonly alignment?: Readonly<Record<string, GridAlignment>>;
}

/** Makes the views of one batch. They depend on the generator, the epoch and the image alone, not on who makes them and when. */
export async function makeViews({ images, imageSize, epoch, rngState, augment, arithmetic = 'float', query, normalisation, grids }: ViewsJob): Promise<ViewsResult> {
  const augmentations = { query: createAugmentation(query === 'clean' ? 'none' : augment, { arithmetic }), key: createAugmentation(augment, { arithmetic }) };
  const rng = createRng(rngState);
  const pixels = imageSize ** 2;
  const scratch = new Float32Array(pixels);
  const result: ViewsResult = {
    query: new Float32Array(images.length * pixels),
    key: new Float32Array(images.length * pixels),
    ...(grids && { alignment: mapValues(grids, ({ height, width }) => ({ positions: new Float32Array(2 * images.length * height * width), mask: new Float32Array(images.length * height * width) })) }),
  };
  for (const [position, { index, ...location }] of images.entries()) {
    const image = { data: readCachedImage(location), width: imageSize, height: imageSize, range: [0, 1] } as const;
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
