import type { GrayImage } from '@cxr-ifa/tensor';
import { describe, expect, it } from 'vitest';
import { resize } from './resize.ts';
import { resizeToSquare } from './resizeToSquare.ts';

const ramp = (width: number, height: number): GrayImage => ({ data: Float32Array.from({ length: width * height }, (_, i) => 1 + (i % width) + 10 * Math.floor(i / width)), width, height, range: [0, 255] });

describe('resizeToSquare', () => {
  it('stretches as the method does, and leaves squares to all three alike', () => {
    expect(resizeToSquare(ramp(9, 6), 4, { aspect: 'stretch' })).toEqual(resize(ramp(9, 6), 4));
    for (const aspect of ['pad', 'crop'] as const) expect(resizeToSquare(ramp(8, 8), 4, { aspect })).toEqual(resize(ramp(8, 8), 4));
  });

  it('pads the shorter side on both ends with black, and loses nothing', () => {
    const wide = resizeToSquare(ramp(8, 4), 8, { aspect: 'pad' });
    expect(Array.from(wide.data.subarray(0, 16))).toEqual(Array(16).fill(0));
    expect(Array.from(wide.data.subarray(16, 48))).toEqual(Array.from(ramp(8, 4).data));
    expect(Array.from(wide.data.subarray(48))).toEqual(Array(16).fill(0));
    const tall = resizeToSquare(ramp(2, 6), 6, { aspect: 'pad' });
    expect(Array.from(tall.data.subarray(0, 6))).toEqual([0, 0, 1, 2, 0, 0]);
  });

  it('cuts the longer side on both ends', () => {
    expect(Array.from(resizeToSquare(ramp(6, 2), 2, { aspect: 'crop' }).data)).toEqual([3, 4, 13, 14]);
    expect(Array.from(resizeToSquare(ramp(2, 6), 2, { aspect: 'crop' }).data)).toEqual([21, 22, 31, 32]);
  });

  it('keeps a circle round where the aspect is kept', () => {
    const [width, height, radius] = [96, 64, 20];
    const disc: GrayImage = { data: Float32Array.from({ length: width * height }, (_, i) => Number(Math.hypot((i % width) + 0.5 - 48, Math.floor(i / width) + 0.5 - 32) < radius)), width, height, range: [0, 1] };
    const extent = ({ data }: GrayImage, size: number): [number, number] => {
      const lit = (index: number): boolean => (data[index] as number) > 0.5;
      const columns = Array.from({ length: size }, (_, x) => Array.from({ length: size }, (__, y) => lit(y * size + x)).some(Boolean)).filter(Boolean).length;
      const rows = Array.from({ length: size }, (_, y) => Array.from({ length: size }, (__, x) => lit(y * size + x)).some(Boolean)).filter(Boolean).length;
      return [columns, rows];
    };
    for (const aspect of ['pad', 'crop'] as const) {
      const [columns, rows] = extent(resizeToSquare(disc, 48, { aspect }), 48);
      expect(columns).toBe(rows);
    }
    const [columns, rows] = extent(resizeToSquare(disc, 48, { aspect: 'stretch' }), 48);
    expect(rows / columns).toBeCloseTo(1.5, 1);
  });

  it('refuses a size of nothing', () => {
    for (const aspect of ['stretch', 'pad', 'crop'] as const) expect(() => resizeToSquare(ramp(4, 2), 0, { aspect })).toThrow(RangeError);
  });
});
