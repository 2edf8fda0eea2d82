import type { GrayImage } from '@cxr-ifa/tensor';
import { counterNormal, expectClose } from '@cxr-ifa/testing';
import { describe, expect, it } from 'vitest';
import golden from '../golden/transforms.json' with { type: 'json' };
import { clipPercentile } from './clipPercentile.ts';
import { percentiles } from './percentiles.ts';

const line = (...values: number[]): GrayImage => ({ data: Float32Array.from(values), width: values.length, height: 1, range: [0, 255] });

describe('percentiles', () => {
  it('equal NumPy on signed values', async () => {
    const values = Float32Array.from(counterNormal(3, 1001), (x) => x * 50);
    await expectClose(percentiles(values, golden.percentiles.wanted), golden.percentiles.values);
  });

  it('equal a sort, with ties, zeros and one value', async () => {
    const values = Float32Array.of(3, -0.5, 3, 0, -0, 1e-40, 3, -7e8);
    const sorted = [...values].sort((a, b) => a - b);
    await expectClose(percentiles(values, [0, 100 / 7, 300 / 7, 500 / 7, 100]), [0, 1, 3, 5, 7].map((i) => sorted[i] as number), { relative: 1e-12, absolute: 1e-12 });
    expect(percentiles(Float32Array.of(5), [0, 50, 100])).toEqual([5, 5, 5]);
  });
});

describe('clipPercentile', () => {
  it('scales between the percentiles and clips beyond', async () => {
    const values = Array.from({ length: 101 }, (_, i) => i);
    values[100] = 1000; // one burnt-in marker
    const { data, range } = clipPercentile(line(...values));
    expect(range).toEqual([0, 1]);
    await expectClose(data, values.map((x) => Math.min(x / 99, 1)));
  });

  it('does not depend on the scale of the file', async () => {
    const image = line(4, 9, 30, 200, 77);
    const wide = { ...image, data: image.data.map((x) => 257 * x + 12) };
    await expectClose(clipPercentile(wide, [10, 90]).data, clipPercentile(image, [10, 90]).data);
  });

  it('neither counts nor shows padding', async () => {
    const image = { ...line(9000, 10, 20, 30, -9000), valid: Uint8Array.of(0, 1, 1, 1, 0) };
    const clipped = clipPercentile(image, [0, 100]);
    await expectClose(clipped.data, [0, 0, 0.5, 1, 0]);
    expect(clipped.valid).toBe(image.valid);
  });

  it('refuses what it cannot scale', () => {
    expect(() => clipPercentile(line(7, 7, 7))).toThrowErrorMatchingInlineSnapshot(`[@cxr-ifa/InputError: Cannot scale the image as its percentiles 0 and 99 must differ: both are 7, the image is constant or nearly so]`);
    expect(() => clipPercentile(line(), [0, 99])).toThrow('no pixels');
    expect(() => clipPercentile({ ...line(1, 2), valid: Uint8Array.of(0, 0) })).toThrow('padding only');
    expect(() => clipPercentile(line(1, NaN), [0, 100])).toThrow('Cannot scale');
    expect(() => clipPercentile(line(1, 2), [99, 0])).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot clip an image as its percentiles must be 0 <= lower < upper <= 100: current value is 99, 0]`);
  });
});
