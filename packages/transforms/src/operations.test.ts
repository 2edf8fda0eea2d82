import { counterUniform, expectClose } from '@cxr-ifa/testing';
import type { GrayImage } from '@cxr-ifa/tensor';
import { describe, expect, it } from 'vitest';
import golden from '../golden/transforms.json' with { type: 'json' };
import { brightnessContrast, colourJitter, gaussianBlur, gaussianNoise, medianBlur, motionBlur, multiplicativeNoise, sharpen, valueShift } from './index.ts';

const image = uniformImage(1, 17, 13);
const constant: GrayImage = { ...image, data: new Float32Array(17 * 13).fill(0.25) };

function uniformImage(stream: number, width: number, height: number): GrayImage {
  return { data: Float32Array.from(counterUniform(stream, width * height)), width, height, range: [0, 1] };
}

describe('photometric operations', () => {
  it('equal SciPy, OpenCV kernels and torchvision', async () => {
    const close = (actual: GrayImage, expected: number[]): Promise<void> => expectClose(actual.data, expected, { absolute: 1e-6, relative: 0 });
    await close(medianBlur(image), golden.medianBlur);
    for (const { parameters, values } of golden.motionBlur) await close(motionBlur(image, parameters), values);
    for (const { parameters, values } of golden.sharpen) await close(sharpen(image, parameters), values);
    for (const { parameters, values } of golden.gaussianBlur) await close(gaussianBlur(image, parameters), values);
    for (const { parameters, values } of golden.colourJitter) await close(colourJitter(image, parameters), values);
  });

  it('return the image for parameters that mean nothing, and never write into it', () => {
    const before = image.data.slice();
    expect(sharpen(image, { alpha: 0, lightness: 1 }).data).toEqual(before);
    expect(brightnessContrast(image, { brightness: 0, contrast: 1 }).data).toEqual(before);
    expect(colourJitter(image, { brightness: 1, contrast: 1, contrastFirst: true }).data).toEqual(before);
    expect(gaussianNoise(image, { deviation: 0, seed: 3 }).data).toEqual(before);
    expect(multiplicativeNoise(image, { factor: 1 }).data).toEqual(before);
    expect(valueShift(image, { shift: 0 }).data).toEqual(before);
    medianBlur(image);
    motionBlur(image, { dx: 1, dy: 2 });
    expect(image.data).toEqual(before);
  });

  it('keep a constant image where they should', async () => {
    for (const blurred of [medianBlur(constant), motionBlur(constant, { dx: -3, dy: 2 }), gaussianBlur(constant, { sigma: 2 }), sharpen(constant, { alpha: 0.2, lightness: 1 })]) {
      await expectClose(blurred.data, constant.data, { absolute: 1e-7, relative: 0 });
    }
  });

  it('clip to the range', () => {
    const extremes = (result: GrayImage): number[] => [Math.min(...result.data), Math.max(...result.data)];
    expect(extremes(brightnessContrast(image, { brightness: 0.5, contrast: 1 }))[1]).toBe(1);
    expect(extremes(valueShift(image, { shift: -0.5 }))[0]).toBe(0);
    expect(extremes(multiplicativeNoise(image, { factor: 2 }))[1]).toBe(1);
    expect(extremes(gaussianNoise(image, { deviation: 0.5, seed: 1 }))).toEqual([0, 1]);
    expect(extremes(sharpen(image, { alpha: 0.2, lightness: 1 }))).toEqual([0, 1]);
  });

  it('blur an image smaller than their kernels', () => {
    const pixel: GrayImage = { data: Float32Array.of(0.5), width: 1, height: 1, range: [0, 1] };
    expect(medianBlur(pixel).data[0]).toBe(0.5);
    expect(motionBlur(pixel, { dx: 3, dy: 0 }).data[0]).toBeCloseTo(0.5, 6);
    expect(gaussianBlur(pixel, { sigma: 3 }).data[0]).toBeCloseTo(0.5, 6);
  });

  it('motionBlur leaves the centre of mass where it was', () => {
    const point: GrayImage = { data: new Float32Array(225), width: 15, height: 15, range: [0, 1] };
    point.data[7 * 15 + 7] = 1;
    for (const parameters of [{ dx: 3, dy: 1 }, { dx: 2, dy: -3 }, { dx: 0, dy: 1 }, { dx: -2, dy: 1 }]) {
      const { data } = motionBlur(point, parameters);
      const moment = (of: (index: number) => number): number => data.reduce((sum, value, index) => sum + value * of(index), 0);
      expect(moment(() => 1)).toBeCloseTo(1, 6);
      expect(moment((index) => index % 15)).toBeCloseTo(7, 6);
      expect(moment((index) => Math.floor(index / 15))).toBeCloseTo(7, 6);
    }
  });

  it('refuse impossible parameters', () => {
    expect(() => motionBlur(image, { dx: 0, dy: 0 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot blur along a line as dx and dy must be integers, not both 0: current value is 0, 0]`);
    expect(() => gaussianBlur(image, { sigma: 0 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot blur an image as sigma must be positive and below 1000: current value is 0]`);
  });
});

describe('gaussianNoise', () => {
  const middle: GrayImage = { data: new Float32Array(40_001).fill(0.5), width: 40_001, height: 1, range: [0, 1] };

  it('is normal: moments, tails, and no correlation between neighbours', () => {
    const noise = gaussianNoise(middle, { deviation: 0.1, seed: 42 }).data.map((value) => (value - 0.5) / 0.1);
    const mean = (of: (x: number, index: number) => number): number => noise.reduce((sum, x, index) => sum + of(x, index), 0) / noise.length;
    expect(Math.abs(mean((x) => x))).toBeLessThan(0.02);
    expect(Math.abs(mean((x) => x ** 2) - 1)).toBeLessThan(0.03);
    expect(Math.abs(mean((x) => x ** 3))).toBeLessThan(0.06);
    expect(Math.abs(mean((x) => x ** 4) - 3)).toBeLessThan(0.2);
    expect(Math.abs(mean((x) => (x > 1.959964 ? 1 : 0)) - 0.025)).toBeLessThan(0.004);
    for (const lag of [1, 2, 3]) expect(Math.abs(mean((x, index) => x * (noise[index + lag] ?? 0)))).toBeLessThan(0.02);
  });

  it('is a function of its seed, and neighbouring seeds have nothing in common', () => {
    const draw = (seed: number): Float32Array => gaussianNoise(middle, { deviation: 0.1, seed }).data.map((value) => (value - 0.5) / 0.1);
    expect(draw(7)).toEqual(draw(7));
    const [a, b] = [draw(7), draw(8)];
    expect(Math.abs(a.reduce((sum, x, index) => sum + x * (b[index] as number), 0) / a.length)).toBeLessThan(0.02);
  });
});
