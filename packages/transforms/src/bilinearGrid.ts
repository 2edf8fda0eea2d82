import type { Geometry } from '@cxr-ifa/tensor';

type Grid = NonNullable<Geometry['residual']>;

/** Interpolates a grid whose corners are at -1 and 1; outside it the value of the nearest edge point holds, so that inverting stays stable there. */
export function bilinearGrid({ rows, columns, displacements }: Grid): (x: number, y: number) => [dx: number, dy: number] {
  return (x, y) => {
    const [column, across] = cellOf(x, columns);
    const [row, down] = cellOf(y, rows);
    const above = 2 * (row * columns + column);
    const below = above + 2 * columns;
    const at = (axis: 0 | 1): number => {
      const top = mix(displacements[above + axis] as number, displacements[above + 2 + axis] as number, across);
      const bottom = mix(displacements[below + axis] as number, displacements[below + 2 + axis] as number, across);
      return mix(top, bottom, down);
    };
    return [at(0), at(1)];
  };
}

/** The cell that a normalised coordinate falls in, of `nodes - 1`, and how far into it, 0..1. */
function cellOf(coordinate: number, nodes: number): [cell: number, fraction: number] {
  const position = Math.min(Math.max((coordinate + 1) / 2, 0), 1) * (nodes - 1);
  const cell = Math.min(Math.floor(position), nodes - 2);
  return [cell, position - cell];
}

function mix(a: number, b: number, fraction: number): number {
  return a + fraction * (b - a);
}
