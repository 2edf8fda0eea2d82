import { createRng, type GrayImage, type Point } from '@cxr-ifa/tensor';
import { counterNormal, counterUniform, expectClose } from '@cxr-ifa/testing';
import { describe, expect, it } from 'vitest';
import golden from '../golden/albumentations.json' with { type: 'json' };
import { addNoiseToLevels } from './addNoiseToLevels.ts';
import type { Operation } from './augmentationStep.ts';
import { drawLevelOperation } from './drawLevelOperation.ts';
import { drawOperation } from './drawOperation.ts';
import { filterLevels } from './filterLevels.ts';
import { createAugmentation, PRESETS, type View } from './index.ts';
import { imageOperation } from './imageOperation.ts';
import { fromLevels, LEVELS, toLevels } from './levels.ts';
import { lineKernel } from './lineKernel.ts';
import { motionBlurLevels } from './motionBlurLevels.ts';

const { width, height } = golden;
const unit = counterUniform(11, width * height);
const levels: GrayImage = { data: Float32Array.from(unit, (value) => Math.floor(value * 256)), width, height, range: LEVELS };
const floats: GrayImage = { data: Float32Array.from(unit), width, height, range: [0, 1] };
const bytes = (packed: string): number[] => [...Buffer.from(packed, 'base64')];
/** An operation whose ranges hold one value each. */
const fixed = (operation: string, parameters: object): Operation => ({ operation, ...Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, [value, value]])) }) as unknown as Operation;
const onLevels = (operation: string, parameters: object): number[] => [...drawLevelOperation(fixed(operation, parameters), levels, createRng(1)).apply(levels).data];
const onFloats = (operation: string, parameters: object): Float32Array => {
  const drawn = drawOperation(fixed(operation, parameters), floats, createRng(1));
  if (!('apply' in drawn)) throw new Error('expected an operation on values');
  return imageOperation(drawn.apply)(floats, undefined).data.filter((_, index) => index % 4 === 0);
};

describe('operations as they ran', () => {
  it('equal albumentations 1.1.0 on bytes, level by level', () => {
    expect(onLevels('medianBlur', {})).toEqual(bytes(golden.medianBlur.bytes));
    for (const name of ['sharpen', 'brightnessContrast', 'multiplicativeNoise', 'valueShift'] as const) {
      for (const { parameters, bytes: expected } of golden[name]) expect(onLevels(name, parameters), `${name} ${JSON.stringify(parameters)}`).toEqual(bytes(expected));
    }
    expect([...addNoiseToLevels(levels, counterNormal(12, width * height), golden.gaussianNoise.deviation).data]).toEqual(bytes(golden.gaussianNoise.bytes));
  });

  it('blur along the lines that OpenCV draws', () => {
    for (const [size, lines] of Object.entries(golden.lines)) {
      for (const [x0, y0, x1, y1, pixels] of lines as [number, number, number, number, number][]) {
        const { weights } = lineKernel(Number(size), { x: x0, y: y0 }, { x: x1, y: y1 });
        expect(weights.reduce((sum, weight, index) => sum + (weight > 0 ? 2 ** index : 0), 0), `${size}: ${x0},${y0} to ${x1},${y1}`).toBe(pixels);
      }
    }
    for (const { size, start, end, bytes: expected } of golden.motionBlur) {
      const point = ([x, y]: number[]): { x: number; y: number } => ({ x: x as number, y: y as number });
      expect([...filterLevels(levels, lineKernel(size, point(start), point(end))).data]).toEqual(bytes(expected));
    }
  });

  it('warp as warpAffine and remap do', () => {
    for (const { parameters, bytes: expected } of golden.shiftScaleRotate) {
      const { shiftX, shiftY, ...rest } = parameters;
      const rng = { ...createRng(1), uniform: ((draws) => () => draws.shift() as number)([shiftX, shiftY, rest.scale, rest.degrees]) };
      const { apply } = drawLevelOperation({ operation: 'shiftScaleRotate', shift: [0, 1], scale: [0, 1], degrees: [0, 1] }, levels, rng);
      expect([...apply(levels).data], JSON.stringify(parameters)).toEqual(bytes(expected));
    }
    for (const { parameters, bytes: expected } of golden.opticalDistortion) expect(onLevels('opticalDistortion', parameters), JSON.stringify(parameters)).toEqual(bytes(expected));
  });
});

describe('operations as they were meant', () => {
  it('equal albumentations 1.1.0 on floats', async () => {
    const close = (actual: Float32Array, expected: number[]): Promise<void> => expectClose(actual, expected, { absolute: 2e-6, relative: 0 });
    await close(onFloats('medianBlur', {}), golden.medianBlur.floats);
    for (const name of ['sharpen', 'brightnessContrast', 'multiplicativeNoise', 'valueShift'] as const) {
      for (const { parameters, floats: expected } of golden[name]) await close(onFloats(name, parameters), expected);
    }
  });
});

describe('uint8 arithmetic', () => {
  const augment = (operation: Operation): ((seed: number) => View) => {
    const augmentation = createAugmentation([{ probability: 1, ...operation }], { arithmetic: 'uint8' });
    return (seed) => augmentation(fromLevels(levels), createRng(seed));
  };
  const changes = ({ image }: View): number[] => [...toLevels(image).data].map((value, index) => value - (levels.data[index] as number));

  it('makes noise and value shift lower by one level at the most', () => {
    const noise = changes(augment({ operation: 'gaussianNoise', variance: [0.005, 0.005] })(1));
    expect(new Set(noise)).toEqual(new Set([0, -1]));
    expect(noise.filter((change) => change < 0).length / noise.length).toBeGreaterThan(0.4);
    expect(noise.filter((change) => change < 0).length / noise.length).toBeLessThan(0.6);
    expect(new Set(changes(augment({ operation: 'valueShift', shift: [0.01, 0.1] })(1)))).toEqual(new Set([0]));
    for (const [index, change] of changes(augment({ operation: 'valueShift', shift: [-0.1, -0.01] })(1)).entries()) expect(change === 0 ? 0 : 1).toBe(levels.data[index] === 0 ? 0 : 1);
  });

  it('leaves whole levels, and the image itself where nothing is done', () => {
    const augmentation = createAugmentation('cxr-strong', { arithmetic: 'uint8' });
    const image = fromLevels(levels);
    let untouched = 0;
    for (let seed = 0; seed < 60; seed++) {
      const view = augmentation(image, createRng(seed));
      expect(view.image.range).toEqual([0, 1]);
      expect(view.image.data.every((value) => Math.abs(value * 255 - Math.round(value * 255)) < 1e-4 && value >= 0 && value <= 1)).toBe(true);
      if (view.image === image) expect(view.operations).toEqual([]), untouched++;
    }
    expect(untouched).toBeGreaterThan(3); // 0.8 * 0.4 * 0.8 * 0.7 * 0.8 * 0.8 = 0.115 of 60
  });

  it('knows where its operations moved the image', async () => {
    // Ramps of 8-bit levels, coarse: a level is a quarter of a pixel here
    const [x, y] = ([0, 1] as const).map((axis): GrayImage => ({ data: Float32Array.from({ length: 64 * 64 }, (_, i) => (4 * (axis === 0 ? i % 64 : i >> 6)) / 255), width: 64, height: 64, range: [0, 1] })) as [GrayImage, GrayImage];
    const inner = Array.from({ length: 40 * 40 }, (_, i): Point => [(2 * (12 + (i % 40)) + 1) / 64 - 1, (2 * (12 + Math.floor(i / 40)) + 1) / 64 - 1]);
    const operations: Operation[] = [
      { operation: 'shiftScaleRotate', shift: [-0.0625, 0.0625], scale: [0.9, 1.2], degrees: [-10, 10] },
      { operation: 'opticalDistortion', strength: [-0.05, 0.05] },
      { operation: 'motionBlur', sizes: [7] },
    ];
    for (const operation of operations) {
      const augmentation = createAugmentation([{ probability: 1, ...operation }], { arithmetic: 'uint8' });
      for (let seed = 0; seed < 8; seed++) {
        const [viewX, viewY] = [augmentation(x, createRng(seed)), augmentation(y, createRng(seed))];
        const shown = inner.map((_, i): Point => {
          const at = (12 + Math.floor(i / 40)) * 64 + 12 + (i % 40);
          return [(viewX.image.data[at] as number) * 255 / 4, (viewY.image.data[at] as number) * 255 / 4];
        });
        const errors = viewX.geometry.toSource(inner).map(([sourceX, sourceY], i) => [((sourceX + 1) * 64 - 1) / 2 - (shown[i] as Point)[0], ((sourceY + 1) * 64 - 1) / 2 - (shown[i] as Point)[1]] as const);
        for (const axis of [0, 1] as const) {
          const mean = errors.reduce((sum, error) => sum + error[axis], 0) / errors.length;
          expect(Math.abs(mean), `${operation.operation} ${seed}`).toBeLessThan(operation.operation === 'motionBlur' ? 0.13 : 0.05); // half a pixel is what is at stake; a blurred ramp is rounded the same everywhere
          expect(Math.max(...errors.map((error) => Math.abs(error[axis])))).toBeLessThan(0.2); // rounding: an eighth of a pixel, and a 64th
        }
      }
    }
  });

  it('has the method\'s operations only', () => {
    expect(() => createAugmentation(PRESETS.mocoV2, { arithmetic: 'uint8' })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot augment in uint8 arithmetic as randomResizedCrop is no operation of the method: use float]`);
    expect(() => createAugmentation('cxr', { arithmetic: 'int4' as 'uint8' })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot augment as the arithmetic must be float or uint8: current value is int4]`);
  });

  it('moves by the centre of mass of an off-centre line', () => {
    const kernel = lineKernel(7, { x: 0, y: 6 }, { x: 6, y: 6 });
    expect(motionBlurLevels(kernel, { width: 20, height: 10 }).geometry?.matrix).toEqual([1, 0, 0, 0, 1, 0.6]);
    expect(motionBlurLevels(lineKernel(3, { x: 0, y: 0 }, { x: 2, y: 2 }), levels)).not.toHaveProperty('geometry');
  });
});
