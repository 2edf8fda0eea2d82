import type { Geometry, GrayImage, Point } from '@cxr-ifa/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { composeGeometry, crop, horizontalFlip, opticalDistortion, shiftScaleRotate, warp } from './index.ts';

/** A tenth of an input pixel at 512 pixels, in normalised coordinates. */
const TENTH_PIXEL = (0.1 * 2) / 512;

const real = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true });
const affine = fc.record({ shiftX: real(-0.0625, 0.0625), shiftY: real(-0.0625, 0.0625), scale: real(0.8, 1.2), degrees: real(-10, 10), aspect: real(0.7, 1.5) }).map(shiftScaleRotate);
const optical = fc.record({ strength: real(-0.05, 0.05) }).map(opticalDistortion);
const cropped = fc.record({ width: real(0.4, 1), height: real(0.4, 1), x: real(0, 1), y: real(0, 1) }).map(({ width, height, x, y }) => crop({ width, height, left: x * (1 - width), top: y * (1 - height) }));
const simple: fc.Arbitrary<Geometry> = fc.oneof(affine, optical, cropped, fc.constant(horizontalFlip()));
const chain: fc.Arbitrary<Geometry> = fc.array(simple, { minLength: 1, maxLength: 4 }).map((geometries) => geometries.reduce(composeGeometry));
const point: fc.Arbitrary<Point> = fc.tuple(real(-0.99, 0.99), real(-0.99, 0.99));
const distance = ([a]: Point[], [b]: Point[]): number => Math.hypot((a as Point)[0] - (b as Point)[0], (a as Point)[1] - (b as Point)[1]);

describe('geometry, whatever it is', () => {
  it('is undone by toView, to a tenth of an input pixel', () => {
    fc.assert(
      fc.property(chain, point, (geometry, view) => {
        expect(distance(geometry.toView(geometry.toSource([view])), [view])).toBeLessThan(TENTH_PIXEL);
      }),
    );
  });

  it('undoes toView within the view', () => {
    fc.assert(
      fc.property(chain, point, (geometry, source) => {
        const [view] = geometry.toView([source]) as [Point];
        fc.pre(Math.max(Math.abs(view[0]), Math.abs(view[1])) <= 1); // beyond, a residual is only continued
        expect(distance(geometry.toSource([view]), [source])).toBeLessThan(TENTH_PIXEL);
      }),
    );
  });

  it('composes as maps do, in any grouping', () => {
    fc.assert(
      fc.property(simple, simple, simple, point, (a, b, c, view) => {
        // What b and c see must lie in their views, where their residuals are known
        const inC = c.toSource([view]);
        const inB = b.toSource(inC);
        fc.pre([...inC, ...inB].flat().every((coordinate) => Math.abs(coordinate) <= 0.99));
        const stepwise = a.toSource(inB);
        expect(distance(composeGeometry(composeGeometry(a, b), c).toSource([view]), stepwise)).toBeLessThan(2 * TENTH_PIXEL);
        expect(distance(composeGeometry(a, composeGeometry(b, c)).toSource([view]), stepwise)).toBeLessThan(2 * TENTH_PIXEL);
      }),
    );
  });

  it('is what warp shows, of images and of feature maps of any size', () => {
    fc.assert(
      fc.property(chain, fc.integer({ min: 6, max: 40 }), fc.integer({ min: 6, max: 40 }), (geometry, width, height) => {
        const centres = Array.from({ length: width * height }, (_, i): Point => [(2 * (i % width) + 1) / width - 1, (2 * Math.floor(i / width) + 1) / height - 1]);
        const ramp = (axis: 0 | 1): GrayImage => ({ data: Float32Array.from(centres, (centre) => centre[axis]), width, height, range: [-1, 1] });
        const [x, y] = [warp(ramp(0), geometry).data, warp(ramp(1), geometry).data];
        for (const [i, [sourceX, sourceY]] of geometry.toSource(centres).entries()) {
          if (Math.abs(sourceX) > 1 - 1 / width || Math.abs(sourceY) > 1 - 1 / height) continue; // mirrored
          expect(Math.abs((x[i] as number) - sourceX)).toBeLessThan(1e-5);
          expect(Math.abs((y[i] as number) - sourceY)).toBeLessThan(1e-5);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('maps what is known: corners of a crop, both sides of a flip, the fixed centre of a distortion', () => {
    fc.assert(
      fc.property(cropped, optical, point, (geometry, distortion, [x, y]) => {
        const [width, , centreX, , height, centreY] = geometry.matrix;
        for (const [cornerX, cornerY] of [[-1, -1], [1, -1], [1, 1]] as const) expect(distance(geometry.toView([[centreX + cornerX * width, centreY + cornerY * height]]), [[cornerX, cornerY]])).toBeLessThan(1e-9);
        expect(distance(horizontalFlip().toSource([[x, y]]), [[-x, y]])).toBe(0);
        expect(distance(distortion.toSource([[0, 0]]), [[0, 0]])).toBeLessThan(1e-12);
        // Symmetric about both axes
        expect(distance(distortion.toSource([[-x, y]]), distortion.toSource([[x, y]]).map(([u, v]): Point => [-u, v]))).toBeLessThan(1e-6);
      }),
    );
  });
});
