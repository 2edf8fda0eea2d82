import { createRng, type Geometry, type GrayImage, type Point } from '@cxr-ifa/tensor';
import { counterUniform, expectClose } from '@cxr-ifa/testing';
import { describe, expect, it } from 'vitest';
import golden from '../golden/transforms.json' with { type: 'json' };
import { composeGeometry, createAugmentation, createGeometry, crop, horizontalFlip, IDENTITY_GEOMETRY, opticalDistortion, shiftScaleRotate, warp } from './index.ts';

const [WIDTH, HEIGHT] = [17, 13];
const image: GrayImage = { data: Float32Array.from(counterUniform(1, WIDTH * HEIGHT)), width: WIDTH, height: HEIGHT, range: [0, 1] };
const affine = shiftScaleRotate({ shiftX: 0.05, shiftY: -0.04, scale: 0.9, degrees: 8, aspect: WIDTH / HEIGHT });
const optical = opticalDistortion({ strength: 0.05 });

/** The centres of all pixels, in normalised coordinates. */
function centres(width: number, height: number): Point[] {
  return Array.from({ length: width * height }, (_, i): Point => [(2 * (i % width) + 1) / width - 1, (2 * Math.floor(i / width) + 1) / height - 1]);
}

/** Images whose values are their own coordinates: a warped ramp shows where each pixel came from. */
function ramps(width: number, height: number): [x: GrayImage, y: GrayImage] {
  const points = centres(width, height);
  const ramp = (axis: 0 | 1): GrayImage => ({ data: Float32Array.from(points, (point) => (point[axis] + 1) / 2), width, height, range: [0, 1] });
  return [ramp(0), ramp(1)];
}

/** The largest distance, in pixels, between what warped ramps show and what `toSource` says, where the source is inside. */
function worstError(geometry: Geometry, warped: [GrayImage, GrayImage]): number {
  const [{ data: x, width, height }, { data: y }] = warped;
  let worst = 0;
  let inside = 0;
  for (const [i, [sourceX, sourceY]] of geometry.toSource(centres(width, height)).entries()) {
    if (Math.abs(sourceX) > 1 - 1 / width || Math.abs(sourceY) > 1 - 1 / height) continue; // mirrored
    inside++;
    worst = Math.max(worst, (Math.abs(2 * (x[i] as number) - 1 - sourceX) * width) / 2, (Math.abs(2 * (y[i] as number) - 1 - sourceY) * height) / 2);
  }
  expect(inside).toBeGreaterThan(0.1 * x.length);
  return worst;
}

describe('warp', () => {
  it('equals PyTorch’s affine_grid with SciPy’s mirrored sampling', async () => {
    for (const { parameters, matrix, values } of golden.shiftScaleRotate) {
      const geometry = shiftScaleRotate(parameters);
      await expectClose(geometry.matrix, matrix, { absolute: 1e-6 });
      await expectClose(warp(image, geometry).data, values, { absolute: 1e-5 });
    }
  });

  it('equals OpenCV’s camera model', async () => {
    for (const { parameters, values } of golden.opticalDistortion) await expectClose(warp(image, opticalDistortion(parameters)).data, values, { absolute: 2e-3, relative: 0 });
  });

  it('returns the image for the identity, and its mirror image for a flip', async () => {
    expect(warp(image, IDENTITY_GEOMETRY)).toBe(image);
    expect(warp(image, createGeometry({ matrix: [1, 0, 0, 0, 1, 0] })).data).toEqual(image.data);
    await expectClose(warp(image, shiftScaleRotate({ shiftX: 0, shiftY: 0, scale: 1, degrees: 0, aspect: 1 })).data, image.data);
    const flipped = warp(image, horizontalFlip());
    expect(flipped.data[0]).toBe(image.data[WIDTH - 1]);
    expect(warp(flipped, horizontalFlip()).data).toEqual(image.data);
  });

  it('crops: a quarter of the image fills the view', async () => {
    const [x, y] = ramps(16, 16);
    const geometry = crop({ left: 0.5, top: 0.25, width: 0.5, height: 0.5 });
    expect(geometry.toSource([[-1, -1], [1, 1]])).toEqual([[0, -0.5], [1, 0.5]]);
    await expectClose(warp(x, geometry).data.slice(1, 4), [0.5 + 1.5 / 32, 0.5 + 2.5 / 32, 0.5 + 3.5 / 32], { absolute: 1e-6 });
    expect(warp(y, geometry).data[0]).toBeCloseTo(0.25 + 0.5 / 32, 6);
  });

  it('shows at each pixel what toSource says', () => {
    for (const geometry of [affine, optical, composeGeometry(affine, optical), composeGeometry(optical, affine), composeGeometry(composeGeometry(optical, horizontalFlip()), affine)]) {
      const [x, y] = ramps(64, 48);
      expect(worstError(geometry, [warp(x, geometry), warp(y, geometry)])).toBeLessThan(1e-3);
    }
  });

  it('is within 0.1 pixels of the optical formula at 512 pixels', () => {
    const worst = (strength: number): number => {
      const points = centres(64, 64).map(([x, y]): Point => [x, y]);
      const found = opticalDistortion({ strength }).toSource(points);
      return Math.max(...points.map(([x, y], i) => {
        const squared = (x * x + y * y) / 4;
        const factor = 1 + strength * (squared + squared ** 2);
        return 256 * Math.hypot((found[i] as Point)[0] - x * factor, (found[i] as Point)[1] - y * factor);
      }));
    };
    expect(worst(0.05)).toBeLessThan(0.1);
    expect(worst(-0.05)).toBeLessThan(0.1);
  });
});

describe('geometry', () => {
  const inside = centres(9, 9).map(([x, y]): Point => [0.95 * x, 0.95 * y]);

  it('goes to the source and back', async () => {
    for (const geometry of [affine, optical, opticalDistortion({ strength: -0.2 }), opticalDistortion({ strength: 0.2 }), composeGeometry(affine, optical), composeGeometry(optical, composeGeometry(affine, optical))]) {
      await expectClose(geometry.toView(geometry.toSource(inside)), inside, { absolute: 1e-6 });
      await expectClose(geometry.toSource(geometry.toView(inside)), inside, { absolute: 1e-6 });
    }
  });

  it('composes as maps compose', async () => {
    const twice = composeGeometry(affine, optical);
    await expectClose(twice.toSource(inside), affine.toSource(optical.toSource(inside)), { absolute: 1e-6 });
    expect(composeGeometry(IDENTITY_GEOMETRY, affine)).toBe(affine);
    expect(composeGeometry(affine, IDENTITY_GEOMETRY)).toBe(affine);
    expect(composeGeometry(affine, horizontalFlip()).residual).toBeUndefined();
  });

  it('is rebuilt from plain data, as a worker sends it', () => {
    const { matrix, residual } = composeGeometry(affine, optical);
    const sent = structuredClone({ matrix, ...(residual && { residual }) });
    expect(createGeometry(sent).toSource(inside)).toEqual(composeGeometry(affine, optical).toSource(inside));
  });

  it('of whole views matches their pixels', () => {
    const [x, y] = ramps(48, 40);
    let distorted = 0;
    for (const preset of ['cxr-strong', 'mocoV2'] as const) {
      // Only what moves pixels, always
      const names = preset === 'mocoV2' ? ([{ probability: 1, operation: 'randomResizedCrop', area: [0.2, 1], aspect: [0.75, 4 / 3] }, { probability: 0.5, operation: 'horizontalFlip' }] as const) : ([{ probability: 1, operation: 'shiftScaleRotate', shift: [-0.0625, 0.0625], scale: [0.8, 1.2], degrees: [-10, 10] }, { probability: 0.5, operation: 'opticalDistortion', strength: [-0.05, 0.05] }] as const);
      const augment = createAugmentation(names);
      for (let draw = 0; draw < 20; draw++) {
        const rng = (): ReturnType<typeof createRng> => createRng(5).fork(preset, draw);
        const [viewX, viewY] = [augment(x, rng()), augment(y, rng())];
        expect(worstError(viewX.geometry, [viewX.image, viewY.image])).toBeLessThan(1e-3);
        if (viewX.geometry.residual) distorted++;
      }
    }
    expect(distorted).toBeGreaterThan(3);
  });

  it('refuses what has no inverse', () => {
    expect(() => createGeometry({ matrix: [1, 2, 0, 2, 4, 0] })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot create a geometry as its matrix must be invertible: current value is 1, 2, 0, 2, 4, 0]`);
    expect(() => createGeometry({ matrix: [1, 0, 0, 0, 1, 0], residual: { rows: 2, columns: 2, displacements: new Float32Array(4) } })).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot create a geometry as its residual must have shape [rows, columns, 2], at least 2x2: current shape is 2x2 with 4 numbers]`);
    expect(() => opticalDistortion({ strength: 0.4 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot distort an image as the strength must be from -0.2 to 0.2: current value is 0.4]`);
    expect(() => shiftScaleRotate({ shiftX: 0, shiftY: 0, scale: 0, degrees: 0, aspect: 1 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot scale an image as the scale must be positive: current value is 0]`);
  });
});
