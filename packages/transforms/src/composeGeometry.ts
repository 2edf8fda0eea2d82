import type { Geometry, Point } from '@cxr-ifa/tensor';
import { createGeometry } from './createGeometry.ts';

/** The geometry of an image that nothing has moved. */
export const IDENTITY_GEOMETRY: Geometry = createGeometry({ matrix: [1, 0, 0, 0, 1, 0] });

/**
 * The geometry of two warps, one after the other: affine parts multiply, and what is left of the whole map is sampled on a grid.
 *
 * @param first The warp of the source.
 * @param second The warp of what the first one made: the view's.
 */
export function composeGeometry(first: Geometry, second: Geometry): Geometry {
  if (first === IDENTITY_GEOMETRY) return second;
  if (second === IDENTITY_GEOMETRY) return first;
  const [a, b, c, d, e, f] = first.matrix;
  const [g, h, i, j, k, l] = second.matrix;
  const matrix = [a * g + b * j, a * h + b * k, a * i + b * l + c, d * g + e * j, d * h + e * k, d * i + e * l + f] as const;
  if (!first.residual && !second.residual) return createGeometry({ matrix });
  const rows = Math.max(first.residual?.rows ?? 0, second.residual?.rows ?? 0);
  const columns = Math.max(first.residual?.columns ?? 0, second.residual?.columns ?? 0);
  return createGeometry({ matrix, residual: sampleResidual(matrix, rows, columns, (points) => first.toSource(second.toSource(points))) });
}

/**
 * What a map adds to its affine part, sampled at the nodes of a grid over the view.
 *
 * @param matrix The affine part.
 * @param toSource The whole map, view to source.
 */
export function sampleResidual(matrix: Geometry['matrix'], rows: number, columns: number, toSource: (points: readonly Point[]) => Point[]): NonNullable<Geometry['residual']> {
  const nodes = Array.from({ length: rows * columns }, (_, node): Point => [(2 * (node % columns)) / (columns - 1) - 1, (2 * Math.floor(node / columns)) / (rows - 1) - 1]);
  const [a, b, c, d, e, f] = matrix;
  const displacements = new Float32Array(2 * nodes.length);
  for (const [node, [sourceX, sourceY]] of toSource(nodes).entries()) {
    const [x, y] = nodes[node] as Point;
    displacements[2 * node] = sourceX - (a * x + b * y + c);
    displacements[2 * node + 1] = sourceY - (d * x + e * y + f);
  }
  return { rows, columns, displacements };
}
