import type { Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';

/** Where the cells of a stage's map of the query lie in the key's view of the same images. */
export interface Alignment {
  /** x and y in the key's view, normalised: -1 and 1 are its outer edges; [N, H, W, 2] on the stage's grid. */
  readonly positions: Tensor4D;
  /** 1 where a cell counts and 0 where it does not, such as where one of the views does not show the place, [N, H, W]. */
  readonly mask: Tensor3D;
}

/** Two views of the same images, row by row: [N, H, W, C] each, normalised as the encoder expects. */
export interface Views {
  readonly query: Tensor4D;
  readonly key: Tensor4D;
  /** By stage, for every stage with an IFA term: the key's map is warped onto the query's grid before the two are compared. Without it, equal grid positions are. */
  readonly alignment?: Readonly<Record<string, Alignment>>;
}

/** All tensors of a batch, for whoever disposes of them. */
export function tensorsOf({ query, key, alignment = {} }: Views): (Tensor3D | Tensor4D)[] {
  return [query, key, ...Object.values(alignment).flatMap(({ positions, mask }) => [positions, mask])];
}
