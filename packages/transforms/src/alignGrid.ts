import type { Geometry, Point } from '@cxr-ifa/tensor';

/** A grid of cells, such as a stage's feature map: `height` rows, `width` columns. */
export interface GridSize {
  readonly height: number;
  readonly width: number;
}

/** Where a query's cells lie in its key's view. */
export interface GridAlignment {
  /** [height, width, 2]: x and y in the key's view, normalised; what `grid_sample` takes. */
  readonly positions: Float32Array;
  /** [height, width]: 1 where both views show the cell's place of the original image, and 0 where one does not. */
  readonly mask: Float32Array;
}

/**
 * Finds for each cell p of the query's grid where its key shows the same place: key.toView(query.toSource(p)).
 * Cells are the pixels of the grid: cell i of n has its centre at (2 i + 1) / n - 1.
 * A cell counts only if its place lies in the original image (beyond it, borders were mirrored) and in the key's view.
 *
 * @param query The geometry of the query's view.
 * @param key The geometry of the key's view of the same image.
 * @param size The grid.
 * @param into Arrays of the right lengths to write to, in place of new ones.
 * @throws {RangeError} If the grid has no cells.
 * @throws {TypeError} If `into` has other lengths.
 *
 * @example
 * ```ts
 * const { positions, mask } = alignGrid(query.geometry, key.geometry, { height: 16, width: 16 });
 * ```
 */
export function alignGrid(query: Geometry, key: Geometry, { height, width }: GridSize, into?: GridAlignment): GridAlignment {
  for (const [side, value] of Object.entries({ height, width })) {
    if (!(Number.isInteger(value) && value > 0)) throw new RangeError(`Cannot align a grid as its ${side} must be a positive integer: current value is ${value}`);
  }
  const cells = height * width;
  const { positions, mask } = into ?? { positions: new Float32Array(2 * cells), mask: new Float32Array(cells) };
  if (positions.length !== 2 * cells || mask.length !== cells) throw new TypeError(`Cannot align a grid of ${height}x${width} as it needs ${2 * cells} positions and ${cells} of a mask: current lengths are ${positions.length} and ${mask.length}`);
  const centres = Array.from({ length: cells }, (_, cell): Point => [(2 * (cell % width) + 1) / width - 1, (2 * Math.floor(cell / width) + 1) / height - 1]);
  const sources = query.toSource(centres);
  for (const [cell, position] of key.toView(sources).entries()) {
    positions.set(position, 2 * cell);
    mask[cell] = isInside(sources[cell] as Point) && isInside(position) ? 1 : 0;
  }
  return { positions, mask };
}

function isInside([x, y]: Point): boolean {
  return Math.abs(x) <= 1 && Math.abs(y) <= 1;
}
