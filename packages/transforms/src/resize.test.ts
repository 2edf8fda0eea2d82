import type { GrayImage } from '@cxr-ifa/tensor';
import { counterUniform, expectClose } from '@cxr-ifa/testing';
import { describe, expect, it } from 'vitest';
import golden from '../golden/transforms.json' with { type: 'json' };
import { resize } from './resize.ts';

const image: GrayImage = { data: Float32Array.from(counterUniform(2, 29 * 23)), width: 23, height: 29, range: [0, 1] };

describe('resize', () => {
  it('equals PyTorch with antialias, and so Pillow, in both directions', async () => {
    for (const { width, height, values } of golden.resize) {
      const resized = resize(image, width, height);
      expect([resized.width, resized.height, resized.data.length]).toEqual([width, height, width * height]);
      await expectClose(resized.data, values, { absolute: 1e-6, relative: 0 });
    }
  });

  it('averages whole blocks when it halves a linear ramp', async () => {
    const ramp: GrayImage = { data: Float32Array.from({ length: 64 }, (_, i) => i % 8), width: 8, height: 8, range: [0, 7] };
    const { data } = resize(ramp, 4);
    await expectClose(data.slice(5, 7), [2.5, 4.5]); // away from the border, a symmetric filter keeps a line a line
  });

  it('keeps the size it has, the mean, and a constant', async () => {
    expect(resize(image, 23, 29).data).toBe(image.data);
    const constant = { ...image, data: new Float32Array(29 * 23).fill(0.3) };
    await expectClose(resize(constant, 7, 50).data, new Float32Array(350).fill(0.3));
    const mean = (data: Float32Array): number => data.reduce((sum, value) => sum + value, 0) / data.length;
    expect(Math.abs(mean(resize(image, 8, 8).data) - mean(image.data))).toBeLessThan(0.02);
  });

  it('refuses a size that is none', () => {
    expect(() => resize(image, 0)).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot resize an image as its new size must be of positive integers: current value is 0x0]`);
    expect(() => resize(image, 4, 2.5)).toThrow(RangeError);
  });
});
