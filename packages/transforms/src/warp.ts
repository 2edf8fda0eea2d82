import type { Geometry, GrayImage } from '@cxr-ifa/tensor';
import { cellOf } from './bilinearGrid.ts';
import { IDENTITY_GEOMETRY } from './composeGeometry.ts';
import { reflect101 } from './reflect101.ts';

/**
 * Shows an image through a geometry: each pixel of the view takes the source at `toSource` of its centre, interpolated bilinearly;
 * outside its edges the source is mirrored (reflect-101). The view has the image's size.
 *
 * @param image The source; its `valid` mask is not carried on.
 * @param geometry View to source.
 */
export function warp(image: GrayImage, geometry: Geometry): GrayImage {
  if (geometry === IDENTITY_GEOMETRY) return image;
  const { data, width, height, range } = image;
  const output = new Float32Array(width * height);
  const [a, b, c, d, e, f] = pixelMatrix(geometry.matrix, width, height);
  const displacements = geometry.residual && displacementRows(geometry.residual, width, height);
  const lastColumn = width - 1;
  const lastRow = height - 1;
  for (let y = 0, to = 0; y < height; y++) {
    displacements?.fill(y);
    for (let x = 0; x < width; x++, to++) {
      let sourceX = a * x + b * y + c;
      let sourceY = d * x + e * y + f;
      if (displacements) {
        sourceX += displacements.x[x] as number;
        sourceY += displacements.y[x] as number;
      }
      if (sourceX >= 0 && sourceX < lastColumn && sourceY >= 0 && sourceY < lastRow) {
        const left = sourceX | 0;
        const top = sourceY | 0;
        const across = sourceX - left;
        const at = top * width + left;
        const upper = (data[at] as number) * (1 - across) + (data[at + 1] as number) * across;
        const lower = (data[at + width] as number) * (1 - across) + (data[at + width + 1] as number) * across;
        output[to] = upper + (sourceY - top) * (lower - upper);
      } else output[to] = sampleMirrored(data, width, height, sourceX, sourceY);
    }
  }
  return { data: output, width, height, range };
}

function sampleMirrored(data: Float32Array, width: number, height: number, sourceX: number, sourceY: number): number {
  const left = Math.floor(sourceX);
  const top = Math.floor(sourceY);
  const across = sourceX - left;
  const x0 = reflect101(left, width);
  const x1 = reflect101(left + 1, width);
  const y0 = reflect101(top, height) * width;
  const y1 = reflect101(top + 1, height) * width;
  const upper = (data[y0 + x0] as number) * (1 - across) + (data[y0 + x1] as number) * across;
  const lower = (data[y1 + x0] as number) * (1 - across) + (data[y1 + x1] as number) * across;
  return upper + (sourceY - top) * (lower - upper);
}

/** The matrix between pixel indices: pixel i of n has its centre at (2 i + 1) / n - 1. */
function pixelMatrix([a, b, c, d, e, f]: Geometry['matrix'], width: number, height: number): [number, number, number, number, number, number] {
  const halfX = (width - 1) / 2;
  const halfY = (height - 1) / 2;
  const [acrossDown, downAcross] = [(b * width) / height, (d * height) / width];
  return [a, acrossDown, (c * width) / 2 + halfX - a * halfX - acrossDown * halfY, downAcross, e, (f * height) / 2 + halfY - downAcross * halfX - e * halfY];
}

/** The residual in pixels, row by row: the grid is first interpolated down to the row, then across it. */
function displacementRows({ rows, columns, displacements }: NonNullable<Geometry['residual']>, width: number, height: number): { x: Float32Array; y: Float32Array; fill(row: number): void } {
  const x = new Float32Array(width);
  const y = new Float32Array(width);
  const line = new Float64Array(2 * columns);
  const cells = Array.from({ length: width }, (_, column) => cellOf((2 * column + 1) / width - 1, columns));
  const starts = Int32Array.from(cells, ([cell]) => 2 * cell);
  const fractions = Float64Array.from(cells, ([, fraction]) => fraction);
  return {
    x,
    y,
    fill(row) {
      const [cell, down] = cellOf((2 * row + 1) / height - 1, rows);
      const above = 2 * cell * columns;
      for (let i = 0; i < line.length; i++) {
        const top = displacements[above + i] as number;
        line[i] = top + down * ((displacements[above + 2 * columns + i] as number) - top);
      }
      for (let column = 0; column < width; column++) {
        const start = starts[column] as number;
        const across = fractions[column] as number;
        x[column] = (((line[start] as number) * (1 - across) + (line[start + 2] as number) * across) * width) / 2;
        y[column] = (((line[start + 1] as number) * (1 - across) + (line[start + 3] as number) * across) * height) / 2;
      }
    },
  };
}
