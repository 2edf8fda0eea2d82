import type { Geometry, Point } from '@cxr-ifa/tensor';
import { bilinearGrid } from './bilinearGrid.ts';

/** A geometry as plain data, which a worker can send. */
export type GeometryData = Pick<Geometry, 'matrix' | 'residual'>;

const ITERATIONS = 60;
const TOLERANCE = 1e-9;

/**
 * Gives a matrix and a residual their two maps. What a view shows at p it took from the source at `matrix` p + residual(p);
 * the residual is interpolated bilinearly on a grid whose corners are the view's corners, and constant outside.
 * `toView` is closed-form without a residual; with one it iterates p <- inverse(matrix) (s - residual(p)), which converges while the residual is gentler than the matrix.
 *
 * @param data The matrix, view to source, and the residual; kept, not copied.
 * @throws {RangeError} If the matrix cannot be inverted.
 * @throws {TypeError} If the grid's numbers do not fit its size.
 *
 * @example
 * ```ts
 * const mirrored = createGeometry({ matrix: [-1, 0, 0, 0, 1, 0] });
 * mirrored.toSource([[0.5, 0]]); // [[-0.5, 0]]
 * ```
 */
export function createGeometry({ matrix, residual }: GeometryData): Geometry {
  const [a, b, c, d, e, f] = matrix;
  const determinant = a * e - b * d;
  if (!(Math.abs(determinant) > 1e-12)) throw new RangeError(`Cannot create a geometry as its matrix must be invertible: current value is ${matrix.join(', ')}`);
  if (residual && !(residual.rows >= 2 && residual.columns >= 2 && residual.displacements.length === 2 * residual.rows * residual.columns)) {
    throw new TypeError(`Cannot create a geometry as its residual must have shape [rows, columns, 2], at least 2x2: current shape is ${residual.rows}x${residual.columns} with ${residual.displacements.length} numbers`);
  }
  const displacement = residual ? bilinearGrid(residual) : undefined;
  const linearToView = (x: number, y: number): [number, number] => [(e * (x - c) - b * (y - f)) / determinant, (a * (y - f) - d * (x - c)) / determinant];
  return {
    matrix,
    ...(residual && { residual }),
    toSource: (points) =>
      points.map(([x, y]): Point => {
        const [dx, dy] = displacement ? displacement(x, y) : [0, 0];
        return [a * x + b * y + c + dx, d * x + e * y + f + dy];
      }),
    toView: (points) =>
      points.map(([sourceX, sourceY]): Point => {
        let [x, y] = linearToView(sourceX, sourceY);
        for (let iteration = 0; displacement && iteration < ITERATIONS; iteration++) {
          const [dx, dy] = displacement(x, y);
          const [nextX, nextY] = linearToView(sourceX - dx, sourceY - dy);
          const moved = Math.abs(nextX - x) + Math.abs(nextY - y);
          [x, y] = [nextX, nextY];
          if (moved < TOLERANCE) break;
        }
        return [x, y];
      }),
  };
}
