/** A point in normalised coordinates: -1 and 1 are the outer edges of the first and the last pixel (PyTorch's `align_corners=false`). */
export type Point = readonly [x: number, y: number];

/**
 * Where a view's points came from in its source image, and where the source's points went.
 * Coordinates are normalised on both sides, so that the geometry holds for every stage's grid.
 */
export interface Geometry {
  /** Maps view to source, row by row: x' = m0 x + m1 y + m2, y' = m3 x + m4 y + m5. */
  readonly matrix: readonly [number, number, number, number, number, number];
  /** What the view's map adds to the affine part: displacements on a regular grid over the view, [rows, columns, 2] in row order. */
  readonly residual?: { readonly rows: number; readonly columns: number; readonly displacements: Float32Array };
  toSource(points: readonly Point[]): Point[];
  toView(points: readonly Point[]): Point[];
}
