import type { Geometry, Point } from '@cxr-ifa/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignGrid, composeGeometry, createGeometry, crop, horizontalFlip, IDENTITY_GEOMETRY, opticalDistortion, shiftScaleRotate, type GridAlignment } from './index.ts';

const real = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true });
const affine = fc.record({ shiftX: real(-0.0625, 0.0625), shiftY: real(-0.0625, 0.0625), scale: real(0.8, 1.2), degrees: real(-10, 10), aspect: real(0.7, 1.5) }).map(shiftScaleRotate);
const optical = fc.record({ strength: real(-0.05, 0.05) }).map(opticalDistortion);
const cropped = fc.record({ width: real(0.4, 1), height: real(0.4, 1), x: real(0, 1), y: real(0, 1) }).map(({ width, height, x, y }) => crop({ width, height, left: x * (1 - width), top: y * (1 - height) }));
const view: fc.Arbitrary<Geometry> = fc.array(fc.oneof(affine, optical, cropped, fc.constant(horizontalFlip())), { maxLength: 3 }).map((steps) => steps.reduce(composeGeometry, IDENTITY_GEOMETRY));
const flat: fc.Arbitrary<Geometry> = fc.oneof(affine, cropped, fc.constant(horizontalFlip()));
const size = fc.record({ height: fc.integer({ min: 1, max: 9 }), width: fc.integer({ min: 1, max: 9 }) });
const shift = (x: number, y: number): Geometry => createGeometry({ matrix: [1, 0, x, 0, 1, y] });

const pointAt = ({ positions }: GridAlignment, cell: number): Point => [positions[2 * cell] as number, positions[2 * cell + 1] as number];
const gap = (a: Point, b: Point): number => Math.hypot(a[0] - b[0], a[1] - b[1]);

describe('alignGrid', () => {
  it('finds every cell where it is if both views are the same', () => {
    fc.assert(
      fc.property(view, size, (geometry, { height, width }) => {
        const alignment = alignGrid(geometry, geometry, { height, width });
        for (let cell = 0; cell < height * width; cell++) expect(gap(pointAt(alignment, cell), [(2 * (cell % width) + 1) / width - 1, (2 * Math.floor(cell / width) + 1) / height - 1])).toBeLessThan(1e-5);
      }),
    );
    const { positions, mask } = alignGrid(IDENTITY_GEOMETRY, IDENTITY_GEOMETRY, { height: 2, width: 4 });
    expect([...positions]).toEqual([[-0.75, -0.5], [-0.25, -0.5], [0.25, -0.5], [0.75, -0.5], [-0.75, 0.5], [-0.25, 0.5], [0.25, 0.5], [0.75, 0.5]].flat());
    expect([...mask]).toEqual(Array(8).fill(1));
  });

  it('moves by whole cells exactly, and masks the cells whose place one of the views does not show', () => {
    // The key took its pixels from two cells further right: the query's cell lies two cells further left in it
    const { positions, mask } = alignGrid(IDENTITY_GEOMETRY, shift(2 * (2 / 8), 0), { height: 2, width: 8 });
    expect(Array.from({ length: 8 }, (_, cell) => positions[2 * cell])).toEqual([-11, -9, -7, -5, -3, -1, 1, 3].map((eighth) => eighth / 8));
    expect([...mask]).toEqual([0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1]);
    // Both moved alike: nothing moves between them, but two columns are mirrored border in both
    const both = alignGrid(shift(0.5, 0), shift(0.5, 0), { height: 1, width: 8 });
    expect([...both.mask]).toEqual([1, 1, 1, 1, 1, 1, 0, 0]);
  });

  it('is the product of matrices for affine views', () => {
    fc.assert(
      fc.property(flat, flat, size, (query, key, { height, width }) => {
        const alignment = alignGrid(query, key, { height, width });
        const [a, b, c, d, e, f] = key.matrix;
        const determinant = a * e - b * d;
        const inverse = createGeometry({ matrix: [e / determinant, -b / determinant, (b * f - c * e) / determinant, -d / determinant, a / determinant, (c * d - a * f) / determinant] });
        const product = composeGeometry(inverse, query);
        for (let cell = 0; cell < height * width; cell++) {
          const centre: Point = [(2 * (cell % width) + 1) / width - 1, (2 * Math.floor(cell / width) + 1) / height - 1];
          expect(gap(pointAt(alignment, cell), product.toSource([centre])[0] as Point)).toBeLessThan(1e-5);
        }
      }),
    );
  });

  it('does not change if both views are made of an image that was itself warped', () => {
    fc.assert(
      fc.property(affine, flat, flat, size, (common, query, key, grid) => {
        const [before, after] = [alignGrid(query, key, grid), alignGrid(composeGeometry(common, query), composeGeometry(common, key), grid)];
        for (let cell = 0; cell < grid.height * grid.width; cell++) expect(gap(pointAt(before, cell), pointAt(after, cell))).toBeLessThan(1e-5);
      }),
    );
  });

  it('shows the same place of the image in both views, distorted ones too, wherever a cell counts', () => {
    fc.assert(
      fc.property(view, view, size, (query, key, grid) => {
        const alignment = alignGrid(query, key, grid);
        for (let cell = 0; cell < grid.height * grid.width; cell++) {
          const centre: Point = [(2 * (cell % grid.width) + 1) / grid.width - 1, (2 * Math.floor(cell / grid.width) + 1) / grid.height - 1];
          const [source] = query.toSource([centre]) as [Point];
          const position = pointAt(alignment, cell);
          const inside = (point: Point): boolean => Math.max(Math.abs(point[0]), Math.abs(point[1])) <= 1;
          const onEdge = position.some((coordinate) => Math.abs(Math.abs(coordinate) - 1) < 1e-6); // which side it is on, float32 does not know
          if (!onEdge) expect(alignment.mask[cell]).toBe(Number(inside(source) && inside(position)));
          if (alignment.mask[cell] === 1) expect(gap(key.toSource([position])[0] as Point, source)).toBeLessThan((0.1 * 2) / 512); // a tenth of a pixel
        }
      }),
    );
  });

  it('writes to arrays that it is given, and says what does not fit', () => {
    const into = { positions: new Float32Array(8), mask: new Float32Array(4) };
    expect(alignGrid(IDENTITY_GEOMETRY, IDENTITY_GEOMETRY, { height: 2, width: 2 }, into)).toEqual(into);
    expect([...into.mask]).toEqual([1, 1, 1, 1]);
    expect(() => alignGrid(IDENTITY_GEOMETRY, IDENTITY_GEOMETRY, { height: 0, width: 2 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot align a grid as its height must be a positive integer: current value is 0]`);
    expect(() => alignGrid(IDENTITY_GEOMETRY, IDENTITY_GEOMETRY, { height: 2, width: 3 }, into)).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot align a grid of 2x3 as it needs 12 positions and 6 of a mask: current lengths are 8 and 4]`);
  });
});
