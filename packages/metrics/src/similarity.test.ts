import { counterNormal, expectClose } from '@cxr-ifa/testing';
import { createRng, type GrayImage } from '@cxr-ifa/tensor';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { alignment } from './alignment.ts';
import { effectiveRank } from './effectiveRank.ts';
import type { FeatureRows } from './featureRows.ts';
import { kernelInceptionDistance } from './kernelInceptionDistance.ts';
import { linearCka } from './linearCka.ts';
import { multiscaleStructuralSimilarity } from './multiscaleStructuralSimilarity.ts';
import { peakSignalToNoise } from './peakSignalToNoise.ts';
import { structuralSimilarity } from './structuralSimilarity.ts';
import { uniformity } from './uniformity.ts';

const golden = JSON.parse(readFileSync(new URL('../golden/similarity.json', import.meta.url), 'utf8')) as Record<string, number>;
const exactly = { relative: 1e-11, absolute: 0 };
const features = (data: ArrayLike<number>, dimension: number): FeatureRows => ({ data, count: data.length / dimension, dimension });

// tools/golden/similarity.py
const [N, D, E] = [50, 8, 5];
const first = features(counterNormal(600, N * D).map((x) => x + 0.5), D);
const second = features(counterNormal(601, N * E).map((x, i) => 0.7 * (first.data[Math.floor(i / E) * D + (i % E)] as number) + x), E);
const view = features(counterNormal(602, N * D).map((x, i) => (first.data[i] as number) + 0.3 * x), D);
const generated = features(counterNormal(603, 40 * D).map((x) => 1.2 * x), D);

describe('features', () => {
  it('have the values of the published definitions', async () => {
    await expectClose(alignment(first, view), golden.alignment as number, exactly);
    await expectClose(alignment(first, view, { power: 1 }), golden.alignmentPower1 as number, exactly);
    await expectClose(uniformity(first), golden.uniformity as number, exactly);
    await expectClose(uniformity(first, { t: 3 }), golden.uniformityT3 as number, exactly);
    await expectClose(effectiveRank(first) as number, golden.effectiveRank as number, exactly);
    const transposed = Float64Array.from({ length: N * D }, (_, i) => first.data[(i % N) * D + Math.floor(i / N)] as number);
    await expectClose(effectiveRank(features(transposed, N)) as number, golden.effectiveRankWide as number, exactly);
    await expectClose(linearCka(first, second) as number, golden.linearCka as number, exactly);
    await expectClose(kernelInceptionDistance(first, generated, { rng: createRng(1), blocks: 10 }).value, golden.kernelInceptionDistance as number, exactly);
  });

  it('have the values that can be written down', async () => {
    await expectClose(alignment(first, first), 0, { absolute: 1e-15 });
    await expectClose(uniformity(features([1, 0, -3, 0], 2)), -8, exactly); // opposite: exp(-2 * 4)
    await expectClose(effectiveRank(features([1, 2, 2, 4, -3, -6], 2)) as number, 1, { relative: 1e-6 }); // all on one line
    await expectClose(effectiveRank(features([0, 5, 5, 0], 2)) as number, 2, exactly);
    expect(effectiveRank(features([0, 0], 1))).toBeUndefined();
    await expectClose(linearCka(first, first) as number, 1, exactly);
  });

  it('compare by CKA up to rotation, shift and one scale, and find nothing in noise of many dimensions', async () => {
    const rotated = Float64Array.from(first.data, (_, i) => {
      const [row, k] = [i - (i % D), i % D];
      const [a, b] = [first.data[row + k - (k % 2)] as number, first.data[row + k - (k % 2) + 1] as number];
      return 3 * (k % 2 ? 0.6 * b - 0.8 * a : 0.6 * a + 0.8 * b) + 100;
    });
    await expectClose(linearCka(first, features(rotated, D)) as number, 1, { relative: 1e-9 });
    const noise = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => linearCka(features(counterNormal(620 + 2 * i, 20 * 200), 200), features(counterNormal(621 + 2 * i, 20 * 200), 200)) as number);
    expect(Math.abs(noise.reduce((a, b) => a + b) / noise.length)).toBeLessThan(0.2); // the biased form has 0.9 here
    expect(linearCka(first, features(new Float64Array(N), 1))).toBeUndefined();
  });

  it('have a kernel distance of 0 on average between samples of one distribution, in 95 % of intervals', () => {
    const rng = createRng(8);
    const sample = (): FeatureRows => features(Float64Array.from({ length: 100 * 3 }, () => rng.normal()), 3);
    const distances = Array.from({ length: 100 }, () => kernelInceptionDistance(sample(), sample(), { rng }));
    const mean = distances.reduce((sum, { value }) => sum + value, 0) / 100;
    const spread = Math.sqrt(distances.reduce((sum, { value }) => sum + (value - mean) ** 2, 0) / 99);
    expect(Math.abs(mean)).toBeLessThan((3 * spread) / 10);
    expect(distances.filter(({ low, high }) => low <= 0 && 0 <= high).length).toBeGreaterThan(87);
    const apart = kernelInceptionDistance(sample(), features(Float64Array.from({ length: 300 }, () => rng.normal() + 1), 3), { rng });
    expect(apart.low).toBeGreaterThan(0);
  });

  it('are refused where they are none', () => {
    expect(() => uniformity(features([0, 0, 1, 0], 2))).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute uniformity as features must have a direction: current length of image 0 is 0]`);
    expect(() => alignment(first, generated)).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot compute alignment as both views must have 50 x 8 features: current size of the second is 40 x 8]`);
    expect(() => effectiveRank({ data: [1, 2, 3], count: 2, dimension: 2 })).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot compute the effective rank as features must have 2 x 2 values: current length is 3]`);
    expect(() => effectiveRank(features([1, NaN], 2))).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute the effective rank as features must be finite: current value of dimension 1 of image 0 is NaN]`);
    expect(() => linearCka(features([1, 2, 3], 1), features([1, 2, 3], 1))).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute linear CKA as features must hold at least 4 images: current count is 3]`);
    expect(() => linearCka(first, generated)).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot compute linear CKA as both must be of the same 50 images: current count of the second is 40]`);
    expect(() => kernelInceptionDistance(first, generated, { rng: createRng(1), blocks: 30 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute the kernel distance as features must hold at least 60 images: current count is 50]`);
    expect(() => kernelInceptionDistance(first, second, { rng: createRng(1) })).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot compute the kernel distance as both sets must have 8 dimensions: current dimension of the second is 5]`);
  });
});

describe('images', () => {
  const [width, height] = [200, 187];
  const image = (data: Float32Array, range: [number, number] = [0, 255]): GrayImage => ({ data, width, height, range });
  const noise = counterNormal(610, width * height);
  const original = image(Float32Array.from(noise, (x, i) => 100 + (60 * ((7 * (i % width) + 13 * Math.floor(i / width)) % 64)) / 64 + 10 * x));
  const otherNoise = counterNormal(611, width * height);
  const other = image(Float32Array.from(original.data, (x, i) => 0.9 * x + 8 + 15 * (otherNoise[i] as number)));

  it('have the values of scikit-image and of the published definition', async () => {
    await expectClose(peakSignalToNoise(other, original), golden.peakSignalToNoise as number, exactly);
    await expectClose(structuralSimilarity(original, other), golden.structuralSimilarity as number, exactly);
    await expectClose(multiscaleStructuralSimilarity(original, other), golden.multiscaleStructuralSimilarity as number, exactly);
  });

  it('are wholly like themselves, and alike in either order and at any scale of values', async () => {
    expect(peakSignalToNoise(original, original)).toBe(Infinity);
    for (const similarity of [structuralSimilarity, multiscaleStructuralSimilarity]) {
      await expectClose(similarity(original, original), 1, exactly);
      await expectClose(similarity(other, original), similarity(original, other), exactly);
      const [a, b] = [original, other].map(({ data }) => image(data.map((x) => x / 256), [0, 255 / 256])) as [GrayImage, GrayImage];
      await expectClose(similarity(a, b), similarity(original, other), { relative: 1e-10 });
    }
    const inverted = image(original.data.map((x) => 255 - x));
    expect(structuralSimilarity(original, inverted)).toBeLessThan(0);
    expect(multiscaleStructuralSimilarity(original, inverted)).toBe(0);
  });

  it('are refused where they cannot be compared', () => {
    const small: GrayImage = { data: new Float32Array(100), width: 10, height: 10, range: [0, 1] };
    expect(() => structuralSimilarity(small, small)).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute SSIM as images must be at least 11 pixels wide and high: current size is 10 x 10]`);
    expect(() => multiscaleStructuralSimilarity({ ...small, data: new Float32Array(150 * 200), width: 150, height: 200 }, { ...small, data: new Float32Array(150 * 200), width: 150, height: 200 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute MS-SSIM as images must be at least 176 pixels wide and high: current size is 150 x 200]`);
    expect(() => peakSignalToNoise(small, original)).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot compute PSNR as images must be of one size: current sizes are 10 x 10 and 200 x 187]`);
    expect(() => peakSignalToNoise(small, { ...small, range: [0, 2] })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute PSNR as images must have one range: current ranges are 0 to 1 and 0 to 2]`);
    expect(() => peakSignalToNoise({ ...small, width: 11 }, { ...small, width: 11 })).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot compute PSNR as images must have 11 x 10 pixels: current number is 100]`);
    expect(() => peakSignalToNoise({ ...small, data: small.data.with(3, NaN) }, small)).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute PSNR as pixels must be finite: current value of pixel 3 is NaN]`);
    expect(() => peakSignalToNoise({ ...small, range: [1, 1] }, { ...small, range: [1, 1] })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute PSNR as the range must have an extent: current value is 1 to 1]`);
  });
});
