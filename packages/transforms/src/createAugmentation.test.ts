import { createRng, type GrayImage } from '@cxr-ifa/tensor';
import { counterUniform, expectClose } from '@cxr-ifa/testing';
import { describe, expect, it } from 'vitest';
import { createAugmentation, CXR_NORMALISATION, IDENTITY_GEOMETRY, medianBlur, normalise, PRESETS, shiftScaleRotate, twoViews, warp, type AugmentationStep, type PresetName } from './index.ts';
import { drawOperation } from './drawOperation.ts';
import { imageOperation } from './imageOperation.ts';

const image: GrayImage = { data: Float32Array.from(counterUniform(1, 17 * 13), (x) => 0.2 + 0.6 * x), width: 17, height: 13, range: [0, 1] };
const DRAWS = 2000;

describe('createAugmentation', () => {
  it('draws the same view for the same generator, and another for another', () => {
    for (const preset of Object.keys(PRESETS) as PresetName[]) {
      const augment = createAugmentation(preset);
      const before = image.data.slice();
      const view = (seed: number): GrayImage => augment(image, createRng(seed)).image;
      expect(view(3).data).toEqual(view(3).data);
      const kinds = new Set(Array.from({ length: 30 }, (_, seed) => view(seed).data.join()));
      expect(kinds.size).toBeGreaterThan({ none: 0, cxr: 5, 'cxr-strong': 20, mocoV2: 29 }[preset]);
      if (preset === 'none') expect(view(1)).toBe(image);
      expect(image.data).toEqual(before);
    }
  });

  it('writes into an array that is given, the same values', () => {
    const into = new Float32Array(17 * 13);
    for (const arithmetic of ['float', 'uint8'] as const) {
      for (const preset of ['none', 'cxr-strong'] as const) {
        const augment = createAugmentation(preset, { arithmetic });
        for (let seed = 0; seed < 20; seed++) {
          const view = augment(image, createRng(seed), into);
          expect(view.image.data).toBe(into);
          expect(into).toEqual(augment(image, createRng(seed)).image.data);
        }
      }
    }
    expect(normalise(image, CXR_NORMALISATION, into).data).toBe(into);
    expect(into).toEqual(normalise(image).data);
    const short = new Float32Array(5);
    expect(() => createAugmentation('cxr')(image, createRng(1), short)).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot write an image into an array as its length must be 221: current length is 5]`);
    expect(() => normalise(image, CXR_NORMALISATION, short)).toThrow(RangeError);
  });

  it('names the operations that were applied, in their order', () => {
    const order = PRESETS['cxr-strong'].map((step) => ('oneOf' in step ? step.oneOf.map(({ operation }) => operation) : [step.operation]));
    const augment = createAugmentation('cxr-strong');
    for (let seed = 0; seed < 50; seed++) {
      const { operations, geometry, image: view } = augment(image, createRng(seed));
      const places = operations.map((name) => order.findIndex((names) => names.includes(name as never)));
      expect(places).toEqual([...places].sort((a, b) => a - b));
      expect(geometry === IDENTITY_GEOMETRY).toBe(!operations.some((name) => name === 'shiftScaleRotate' || name === 'opticalDistortion'));
      expect(view === image).toBe(operations.length === 0);
    }
  });

  it('keeps views in 0..1 and of the same size', () => {
    for (const preset of ['cxr', 'cxr-strong', 'mocoV2'] as const) {
      const augment = createAugmentation(preset);
      for (let seed = 0; seed < 50; seed++) {
        const view = augment(image, createRng(seed)).image;
        expect([view.width, view.height, view.data.length, ...view.range]).toEqual([17, 13, 221, 0, 1]);
        expect(view.data.every((value) => value >= 0 && value <= 1)).toBe(true);
      }
    }
  });

  it('applies each step as often as its probability says', () => {
    const tiny: GrayImage = { data: Float32Array.of(0.2, 0.4, 0.5, 0.3), width: 2, height: 2, range: [0, 1] };
    const rng = createRng(9);
    for (const step of [...PRESETS['cxr-strong'], ...PRESETS.mocoV2]) {
      const augment = createAugmentation([step]);
      let applied = 0;
      for (let draw = 0; draw < DRAWS; draw++) if (augment(tiny, rng.fork(draw, 'oneOf' in step ? 'group' : step.operation)).image !== tiny) applied++;
      const expected = step.probability * DRAWS;
      expect(Math.abs(applied - expected)).toBeLessThanOrEqual(4 * Math.sqrt(expected * (1 - step.probability)));
    }
  });

  it('chooses one of a group by its weights', () => {
    // Three operations that give three different values of one pixel
    const group: AugmentationStep = {
      probability: 1,
      oneOf: [
        { operation: 'valueShift', shift: [0.1, 0.1], weight: 1 },
        { operation: 'valueShift', shift: [0.2, 0.2], weight: 2 },
        { operation: 'valueShift', shift: [0.3, 0.3], weight: 2 },
      ],
    };
    const pixel: GrayImage = { data: Float32Array.of(0), width: 1, height: 1, range: [0, 1] };
    const augment = createAugmentation([group]);
    const counts = [0, 0, 0];
    for (let draw = 0; draw < DRAWS; draw++) counts[Math.round(10 * (augment(pixel, createRng(draw)).image.data[0] as number)) - 1]!++;
    for (const [index, share] of [0.2, 0.4, 0.4].entries()) expect(Math.abs((counts[index] as number) - share * DRAWS)).toBeLessThan(4 * Math.sqrt(DRAWS * share * (1 - share)));
  });

  it('leaves both views of the method in place as often as the paper’s steps imply', () => {
    // (1 - 0.2)^2: neither shifted, scaled and rotated nor distorted
    const augment = createAugmentation('cxr-strong');
    const pixel: GrayImage = { data: Float32Array.of(0.5), width: 1, height: 1, range: [0, 1] };
    let still = 0;
    for (let draw = 0; draw < DRAWS; draw++) if (augment(pixel, createRng(1).fork(draw)).geometry === IDENTITY_GEOMETRY) still++;
    expect(Math.abs(still - 0.64 * DRAWS)).toBeLessThan(4 * Math.sqrt(DRAWS * 0.64 * 0.36));
  });

  it('samples once for geometric steps in a row, and before a step that needs the pixels in place', async () => {
    const move = { probability: 1, operation: 'shiftScaleRotate', shift: [0.05, 0.05], scale: [0.9, 0.9], degrees: [5, 5] } as const;
    const moved = shiftScaleRotate({ shiftX: 0.05, shiftY: 0.05, scale: 0.9, degrees: 5, aspect: 17 / 13 });
    const inverse = { ...move, shift: [0, 0], scale: [1 / 0.9, 1 / 0.9], degrees: [-5, -5] } as const;
    const still = { ...move, shift: [0, 0] } as const;
    const back = createAugmentation([still, inverse])(image, createRng(1));
    await expectClose(back.image.data, image.data, { absolute: 1e-6 }); // sampled twice, it would be blurred
    await expectClose(back.geometry.matrix, [1, 0, 0, 0, 1, 0]);
    const blurred = createAugmentation([move, { probability: 1, operation: 'medianBlur' }])(image, createRng(1));
    expect(blurred.image.data).toEqual(medianBlur(warp(image, moved)).data);
    await expectClose(blurred.geometry.matrix, moved.matrix);
  });

  it('draws motion lines of all sizes through all points but the centre', () => {
    const rng = createRng(4);
    const sizes = new Map<number, number>();
    for (let draw = 0; draw < DRAWS; draw++) {
      const drawn = drawOperation({ operation: 'motionBlur', sizes: [3, 5, 7] }, image, rng);
      const point: GrayImage = { data: new Float32Array(81), width: 9, height: 9, range: [0, 1] };
      point.data[40] = 1;
      if (!('apply' in drawn)) throw new Error('expected an operation on values');
      const lit = imageOperation(drawn.apply)(point, undefined).data.filter((value) => value > 0).length;
      sizes.set(lit, (sizes.get(lit) ?? 0) + 1);
    }
    // A 7x7 kernel has 24 points on its edge, which give 7 pixels; its inner points give 5 and 3, as the smaller kernels do
    expect([...sizes.keys()].sort()).toEqual([3, 5, 7]);
    expect(Math.abs((sizes.get(7) as number) / DRAWS - (1 / 3) * (24 / 48))).toBeLessThan(0.04);
    expect(Math.abs((sizes.get(3) as number) / DRAWS - (1 / 3) * (1 + 8 / 24 + 8 / 48))).toBeLessThan(0.05);
  });

  it('crops as torchvision does: area and aspect within their ranges', () => {
    const rng = createRng(8);
    for (let draw = 0; draw < 200; draw++) {
      const drawn = drawOperation({ operation: 'randomResizedCrop', area: [0.2, 1], aspect: [3 / 4, 4 / 3] }, { width: 200, height: 100 }, rng);
      if (!('geometry' in drawn)) throw new Error('expected a geometry');
      const [width, , , , height] = drawn.geometry.matrix;
      const whole = width === 1 && height === 1;
      expect(width * height).toBeGreaterThanOrEqual(0.2 - 1e-9);
      if (!whole) expect(Math.abs(Math.log((2 * width) / height))).toBeLessThanOrEqual(Math.log(4 / 3) + 1e-9);
      const corners = drawn.geometry.toSource([[-1, -1], [1, 1]]).flat();
      expect(corners.every((corner) => Math.abs(corner) <= 1 + 1e-12)).toBe(true);
    }
  });

  it('crops the centre of an image that no crop fits, as torchvision does', () => {
    // 4 times as wide as high: a crop of its whole area is at most 4/3 as wide as high, or at least 3/4
    const draw = (width: number, height: number): readonly number[] => {
      const drawn = drawOperation({ operation: 'randomResizedCrop', area: [1, 1], aspect: [3 / 4, 4 / 3] }, { width, height }, createRng(1));
      return 'geometry' in drawn ? drawn.geometry.matrix : [];
    };
    expect(draw(400, 100)).toEqual([1 / 3, 0, 0, 0, 1, 0].map((value) => expect.closeTo(value, 12)));
    expect(draw(100, 400)).toEqual([1, 0, 0, 0, 1 / 3, 0].map((value) => expect.closeTo(value, 12)));
  });

  it('refuses what it does not know', () => {
    const refused = (steps: unknown): unknown => {
      try {
        return createAugmentation(steps as PresetName);
      } catch (error) {
        return String(error);
      }
    };
    expect([
      refused('strong'),
      refused('constructor'),
      refused([{ probability: 2, operation: 'medianBlur' }]),
      refused([{ probability: 1, operation: 'blur' }]),
      refused([{ probability: 1, operation: 'valueShift' }]),
      refused([{ probability: 1, operation: 'sharpen', alpha: [0.2, 0.1], lightness: [1, 1] }]),
      refused([{ probability: 1, operation: 'motionBlur', sizes: [4] }]),
      refused([{ probability: 1, oneOf: [] }]),
      refused([{ probability: 1, oneOf: [{ operation: 'medianBlur', weight: 0 }] }]),
    ]).toMatchInlineSnapshot(`
      [
        "RangeError: Cannot create an augmentation as its name must be one of none, cxr, cxr-strong, mocoV2: current value is strong",
        "RangeError: Cannot create an augmentation as its name must be one of none, cxr, cxr-strong, mocoV2: current value is constructor",
        "RangeError: Cannot augment as a step's probability must be between 0 and 1: current value is 2",
        "RangeError: Cannot augment as an operation must be one of medianBlur, motionBlur, gaussianBlur, sharpen, brightnessContrast, colourJitter, gaussianNoise, multiplicativeNoise, valueShift, shiftScaleRotate, opticalDistortion, randomResizedCrop, horizontalFlip: current value is blur",
        "RangeError: Cannot augment as shift of valueShift must be [low, high] between -1 and 1: current value is undefined",
        "RangeError: Cannot augment as alpha of sharpen must be [low, high] between 0 and 1: current value is [0.2,0.1]",
        "RangeError: Cannot augment as sizes of motionBlur must be odd numbers from 3 to 99: current value is [4]",
        "RangeError: Cannot augment as a step must offer at least one operation: its oneOf is empty",
        "RangeError: Cannot augment as the weight of medianBlur must be positive: current value is 0",
      ]
    `);
    expect(() => createAugmentation('cxr')({ ...image, range: [0, 255] }, createRng(1))).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot augment an image as its range must be [0, 1]: current range is [0, 255], clipPercentile gives the right one]`);
  });
});

describe('twoViews', () => {
  it('draws two different views, or leaves the query as it is', () => {
    const augmentation = createAugmentation('mocoV2');
    const pair = twoViews(image, { augmentation, query: 'augmented', rng: createRng(2) });
    expect(pair.query.image.data).not.toEqual(pair.key.image.data);
    expect(twoViews(image, { augmentation, query: 'augmented', rng: createRng(2) }).key.image.data).toEqual(pair.key.image.data);
    const clean = twoViews(image, { augmentation, query: 'clean', rng: createRng(2) });
    expect(clean.query).toEqual({ image, geometry: IDENTITY_GEOMETRY, operations: [] });
    expect(clean.key.image.data).toEqual(pair.key.image.data);
  });
});

describe('normalise', () => {
  it('has mean 0 and deviation 1 for the constants’ own distribution', async () => {
    const { mean, std } = CXR_NORMALISATION;
    const { data, range } = normalise({ ...image, data: Float32Array.of(mean, mean + std, 0), width: 3, height: 1 });
    await expectClose(data, [0, 1, -0.658 / 0.221]);
    await expectClose(range, [-0.658 / 0.221, 0.342 / 0.221]);
    expect(() => normalise(image, { mean: 0, std: 0 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot normalise an image as std must be positive: current value is 0]`);
  });
});
